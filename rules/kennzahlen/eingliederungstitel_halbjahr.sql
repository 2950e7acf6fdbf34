WITH zeile AS (
  -- gleiche Zeilen einer Tabelle ohne Schlüssel zählen einmal
  SELECT DISTINCT monat, instrument, soll, ist FROM budget WHERE titel = 'egl' AND jahr = year(stichtag())
)
SELECT 'egl' AS case_id,
       CAST(coalesce(sum(ist) FILTER (WHERE monat <= 6 AND monat <= month(stichtag())), 0) AS BIGINT) AS zaehler,
       CAST(coalesce(sum(soll), 0) AS BIGINT) AS nenner
FROM zeile
