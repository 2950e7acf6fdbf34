SELECT 'egl' AS case_id,
       CAST(sum(soll) FILTER (WHERE list_contains(param('hauptinstrumente', stichtag()), instrument)) AS BIGINT) AS zaehler,
       CAST(sum(soll) AS BIGINT) AS nenner
FROM eingliederungstitel
