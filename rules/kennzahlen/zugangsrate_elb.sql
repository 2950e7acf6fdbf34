WITH zeile AS (
  SELECT i.kundennr, i.bg_nr_von AS bg_nr, 1 AS zaehler, 0 AS nenner
  FROM elb_insel AS i
  JOIN kennzahl_monat AS m ON i.von BETWEEN m.anfang AND m.ende
  WHERE m.nr < param('kennzahl_monate', stichtag())
  UNION ALL
  SELECT kundennr, bg_nr, 0, 1 FROM elb_monat WHERE nr < param('kennzahl_monate', stichtag())
), anfang AS (
  -- Reichen die Daten nicht bis vor den ersten Monat, wäre alles ein Zugang: keine Zeile.
  SELECT 1 AS da WHERE (SELECT min(von) FROM anspruch) <= (SELECT min(ende) FROM kennzahl_monat)
)
SELECT z.kundennr AS case_id, z.bg_nr AS item, p.geschlecht, b.geschaeftsstelle, sum(z.zaehler) AS zaehler, sum(z.nenner) AS nenner
FROM zeile AS z
JOIN anfang ON TRUE
LEFT JOIN person AS p ON p.kundennr = z.kundennr
LEFT JOIN bg AS b ON b.bg_nr = z.bg_nr
GROUP BY z.kundennr, z.bg_nr, p.geschlecht, b.geschaeftsstelle
