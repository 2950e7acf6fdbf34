WITH je_person AS (
  SELECT e.kundennr, e.bg_nr,
         count(*) FILTER (WHERE i.geringfuegig AND e.nr >= 1) AS zaehler,
         count(*) FILTER (WHERE e.nr < param('kennzahl_monate', stichtag())) AS nenner
  FROM elb_monat AS e
  LEFT JOIN eintritt_monat AS i ON i.kundennr = e.kundennr AND i.vormonat = e.ende
  GROUP BY e.kundennr, e.bg_nr
)
SELECT j.kundennr AS case_id, j.bg_nr AS item, p.geschlecht, b.geschaeftsstelle, j.zaehler, j.nenner
FROM je_person AS j
LEFT JOIN person AS p ON p.kundennr = j.kundennr
LEFT JOIN bg AS b ON b.bg_nr = j.bg_nr
