WITH bestand AS (
  SELECT bg_nr,
         count(DISTINCT kundennr) FILTER (rolle = 'hauptperson') AS hauptpersonen,
         count(*) FILTER (rolle IS NULL) AS ohne_rolle
  FROM mitglied_stichtag
  GROUP BY bg_nr
)
SELECT bg_nr AS case_id,
       hauptpersonen,
       ohne_rolle,
       CASE WHEN hauptpersonen > 1 THEN TRUE
            WHEN ohne_rolle = 0 THEN hauptpersonen = 0 END AS violated
FROM bestand
