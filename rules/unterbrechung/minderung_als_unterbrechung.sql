WITH fall AS (
  SELECT kundennr, unterbrechung_id AS item, bg_nr, von, bis, grund
  FROM unterbrechung_wirksam
  WHERE von <= stichtag()
  UNION ALL
  SELECT l.kundennr, CAST(l.von AS VARCHAR), l.bg_nr, l.von, l.bis, NULL
  FROM luecke AS l
  LEFT JOIN luecke_unterbrechung AS u ON u.kundennr = l.kundennr AND u.von = l.von
  WHERE l.bis < stichtag() AND u.von IS NULL
)
SELECT f.kundennr AS case_id,
       f.item,
       f.bg_nr,
       f.von AS unterbrechung_von,
       f.bis AS unterbrechung_bis,
       f.grund,
       min(m.minderung_id) AS minderung_id,
       min(m.grund) AS minderung_grund,
       max(m.prozent) AS minderung_prozent,
       frist_3_monate(f.von) AS heilbar_bis,
       count(m.minderung_id) > 0 OR coalesce(f.grund = 'minderung', FALSE) AS violated
FROM fall AS f
LEFT JOIN minderung AS m
  ON m.kundennr = f.kundennr AND m.von = f.von AND (f.bis IS NULL OR m.bis = f.bis)
GROUP BY f.kundennr, f.item, f.bg_nr, f.von, f.bis, f.grund
