WITH fall AS (
  SELECT bg_nr, fall_ende_id, kundennr, grund, ende, angeordnet_am
  FROM fall_ende_wirksam
  WHERE wiedereroeffnet_am IS NULL
), neubeginn AS (
  SELECT f.fall_ende_id, min(p.von) AS von
  FROM fall AS f
  JOIN periode AS p ON p.bg_nr = f.bg_nr AND p.von > f.ende
  GROUP BY f.fall_ende_id
), zahlung AS (
  SELECT f.fall_ende_id, min(m.monat) AS erster_monat, max(m.monat) AS letzter_monat,
         count(DISTINCT m.monat) AS monate, max(m.zahlbetrag) AS hoechster_betrag
  FROM fall AS f
  JOIN leistungsmonat AS m ON m.bg_nr = f.bg_nr AND (f.kundennr IS NULL OR m.kundennr = f.kundennr)
  LEFT JOIN neubeginn AS n ON n.fall_ende_id = f.fall_ende_id
  WHERE m.monat > last_day(f.ende)
    AND m.monat <= stichtag()
    AND m.zahlbetrag > 0
    AND coalesce(m.nachzahlung_fuer > last_day(f.ende), TRUE)
    AND coalesce(n.von > last_day(m.monat), TRUE)
  GROUP BY f.fall_ende_id
)
SELECT f.bg_nr AS case_id,
       f.fall_ende_id AS item,
       f.kundennr,
       f.grund,
       f.ende,
       f.angeordnet_am,
       z.erster_monat,
       z.letzter_monat,
       z.monate,
       z.hoechster_betrag,
       frist_3_monate(z.erster_monat) AS heilbar_bis,
       CASE WHEN f.ende IS NOT NULL THEN z.fall_ende_id IS NOT NULL END AS violated
FROM fall AS f
LEFT JOIN zahlung AS z ON z.fall_ende_id = f.fall_ende_id
