SELECT 'egl' AS case_id,
       CAST(sum(ist) FILTER (WHERE monat <= 6 AND monat <= month(stichtag())) AS BIGINT) AS zaehler,
       CAST(sum(soll) AS BIGINT) AS nenner
FROM eingliederungstitel
