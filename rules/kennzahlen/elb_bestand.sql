WITH bestand AS (
  SELECT kundennr, bg_nr, 1 AS zaehler, 0 AS nenner FROM elb_am(stichtag())
  UNION ALL
  SELECT kundennr, bg_nr, 0, 1 FROM elb_am(CAST(stichtag() - to_months(param('kennzahl_monate', stichtag())) AS DATE))
), anfang AS (
  SELECT 1 AS da WHERE (SELECT min(von) FROM anspruch) <= stichtag() - to_months(param('kennzahl_monate', stichtag()))
)
SELECT e.kundennr AS case_id, e.bg_nr AS item, p.geschlecht, b.geschaeftsstelle, sum(e.zaehler) AS zaehler, sum(e.nenner) AS nenner
FROM bestand AS e
JOIN anfang ON TRUE
LEFT JOIN person AS p ON p.kundennr = e.kundennr
LEFT JOIN bg AS b ON b.bg_nr = e.bg_nr
GROUP BY e.kundennr, e.bg_nr, p.geschlecht, b.geschaeftsstelle
