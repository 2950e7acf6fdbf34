WITH vorjahr AS (
  SELECT CAST(stichtag() - to_months(param('kennzahl_monate', stichtag())) AS DATE) AS tag
), damals AS (
  SELECT kundennr, lzb FROM lzb_am(CAST(stichtag() - to_months(param('kennzahl_monate', stichtag())) AS DATE))
), bestand AS (
  SELECT coalesce(j.kundennr, d.kundennr) AS kundennr,
         CASE WHEN j.lzb THEN 1 ELSE 0 END AS zaehler,
         CASE WHEN d.lzb THEN 1 ELSE 0 END AS nenner
  FROM lzb_tage AS j
  FULL JOIN damals AS d ON d.kundennr = j.kundennr
  WHERE j.lzb OR d.lzb
), anfang AS (
  -- Reichen die Daten nicht über das ganze Fenster des Vorjahres, gibt es keinen Vergleich: keine Zeile.
  SELECT v.tag FROM vorjahr AS v
  WHERE (SELECT min(von) FROM anspruch) <= v.tag - param('lzb_fenster_tage', v.tag) + 1
)
SELECT b.kundennr AS case_id, p.geschlecht, b.zaehler, b.nenner
FROM bestand AS b
JOIN anfang ON TRUE
LEFT JOIN person AS p ON p.kundennr = b.kundennr
