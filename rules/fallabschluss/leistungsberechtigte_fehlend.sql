WITH bestand AS (
  SELECT b.bg_nr,
         count(DISTINCT m.kundennr) AS mitglieder,
         count(*) FILTER (m.personengruppe IN ('ELB', 'NEF', 'SLB')) AS berechtigte,
         count(*) FILTER (m.kundennr IS NOT NULL AND m.personengruppe IS NULL) AS unbekannte
  FROM bg_laufend AS b
  LEFT JOIN mitglied_stichtag AS m ON m.bg_nr = b.bg_nr
  GROUP BY b.bg_nr
)
SELECT bg_nr AS case_id,
       mitglieder,
       CASE WHEN berechtigte > 0 THEN FALSE
            WHEN unbekannte = 0 THEN TRUE END AS violated
FROM bestand
