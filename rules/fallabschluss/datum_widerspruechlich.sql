WITH betroffen AS (
  SELECT f.fall_ende_id, f.grund, coalesce(f.kundennr, m.kundennr) AS kundennr
  FROM fall_ende_wirksam AS f
  LEFT JOIN mitgliedschaft AS m ON m.bg_nr = f.bg_nr
), erwartung AS (
  SELECT f.fall_ende_id, p.bis AS von, p.bis
  FROM fall_ende_wirksam AS f
  JOIN periode AS p ON p.bg_nr = f.bg_nr
  WHERE f.grund = 'ablauf'
  UNION ALL
  SELECT b.fall_ende_id, p.tod_am, last_day(p.tod_am)
  FROM betroffen AS b
  JOIN person AS p ON p.kundennr = b.kundennr
  WHERE b.grund = 'tod' AND p.tod_am <= stichtag()
  UNION ALL
  SELECT b.fall_ende_id, altersgrenze(p.geburtsdatum), altersgrenze(p.geburtsdatum)
  FROM betroffen AS b
  JOIN person AS p ON p.kundennr = b.kundennr
  WHERE b.grund = 'altersgrenze'
)
SELECT f.bg_nr AS case_id,
       f.fall_ende_id AS item,
       f.kundennr,
       f.grund,
       f.ende,
       max(e.von) AS erwartet_von,
       max(e.bis) AS erwartet_bis,
       f.angeordnet_am,
       frist_3_monate(f.ende) AS heilbar_bis,
       -- ein passender Tag genügt; ohne Vergleich (kein Zeitraum, kein Todes- oder Geburtstag) bleibt es offen
       NOT bool_or(f.ende BETWEEN e.von AND e.bis) AS violated
FROM fall_ende_wirksam AS f
LEFT JOIN erwartung AS e ON e.fall_ende_id = f.fall_ende_id
WHERE f.grund IN ('ablauf', 'tod', 'altersgrenze')
GROUP BY f.bg_nr, f.fall_ende_id, f.kundennr, f.grund, f.ende, f.angeordnet_am
