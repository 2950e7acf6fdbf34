WITH vorjahr AS (
  SELECT CAST(stichtag() - to_months(12) AS DATE) AS tag
), jetzt AS (
  SELECT kundennr FROM lzb_tage WHERE lzb
), damals AS (
  SELECT l.kundennr FROM vorjahr AS v, lzb_am(v.tag) AS l WHERE l.lzb
), bestand AS (
  SELECT coalesce(j.kundennr, d.kundennr) AS kundennr,
         CASE WHEN j.kundennr IS NULL THEN 0 ELSE 1 END AS zaehler,
         CASE WHEN d.kundennr IS NULL THEN 0 ELSE 1 END AS nenner
  FROM jetzt AS j
  FULL JOIN damals AS d ON d.kundennr = j.kundennr
), anfang AS (
  -- Reichen die Daten nicht über das ganze Fenster des Vorjahres, gibt es keinen Vergleich: keine Zeile.
  SELECT min(von) AS von FROM anspruch
)
SELECT b.kundennr AS case_id, p.geschlecht, b.zaehler, b.nenner
FROM bestand AS b
CROSS JOIN anfang AS f
CROSS JOIN vorjahr AS v
LEFT JOIN person AS p ON p.kundennr = b.kundennr
WHERE f.von <= v.tag - param('lzb_fenster_tage', v.tag) + 1
