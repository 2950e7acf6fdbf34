WITH je_person AS (
  SELECT e.kundennr, e.bg_nr,
         count(*) FILTER (WHERE i.k2 AND e.nr >= 1) AS zaehler,
         count(*) FILTER (WHERE e.nr < param('kennzahl_monate', stichtag())) AS nenner
  FROM lzb_monat AS e
  LEFT JOIN eintritt_monat AS i ON i.kundennr = e.kundennr AND i.vormonat = e.ende
  GROUP BY e.kundennr, e.bg_nr
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
