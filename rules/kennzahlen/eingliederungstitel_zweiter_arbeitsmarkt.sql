WITH zeile AS (
  -- gleiche Zeilen einer Tabelle ohne Schlüssel zählen einmal
  SELECT DISTINCT monat, instrument, soll, ist FROM budget WHERE titel = 'egl' AND jahr = year(stichtag())
)
SELECT 'egl' AS case_id,
       CAST(coalesce(sum(soll) FILTER (WHERE list_contains(param('zweiter_arbeitsmarkt_instrumente', stichtag()), instrument)), 0) AS BIGINT) AS zaehler,
       CAST(coalesce(sum(soll), 0) AS BIGINT) AS nenner
FROM zeile
