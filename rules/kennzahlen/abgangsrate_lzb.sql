WITH je_person AS (
  SELECT l.kundennr, l.bg_nr, count(*) FILTER (WHERE n.kundennr IS NULL) AS zaehler, count(*) AS nenner
  FROM lzb_monat AS l
  LEFT JOIN lzb_monat AS n ON n.kundennr = l.kundennr AND n.nr = l.nr - 1
  WHERE l.nr >= 1
  GROUP BY l.kundennr, l.bg_nr
), anfang AS (
  -- Reichen die Daten nicht über das Fenster des ersten Monats, ist niemand als Langzeitbezieher erkennbar: keine Zeile.
  SELECT 1 AS da WHERE (SELECT min(von) FROM anspruch)
    <= (SELECT min(ende - param('lzb_fenster_tage', ende) + 1) FROM kennzahl_monat)
)
SELECT j.kundennr AS case_id, j.bg_nr AS item, p.geschlecht, b.geschaeftsstelle, j.zaehler, j.nenner
FROM je_person AS j
JOIN anfang ON TRUE
LEFT JOIN person AS p ON p.kundennr = j.kundennr
LEFT JOIN bg AS b ON b.bg_nr = j.bg_nr
