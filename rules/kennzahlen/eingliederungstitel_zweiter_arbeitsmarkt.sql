SELECT 'egl' AS case_id,
       CAST(sum(soll) FILTER (WHERE list_contains(param('zweiter_arbeitsmarkt_instrumente', stichtag()), instrument)) AS BIGINT) AS zaehler,
       CAST(sum(soll) AS BIGINT) AS nenner
FROM eingliederungstitel
