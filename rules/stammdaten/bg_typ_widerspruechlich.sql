WITH bestand AS (
  SELECT b.bg_nr, b.bg_typ,
         count(DISTINCT m.kundennr) FILTER (m.rolle = 'partner') AS partner,
         count(DISTINCT m.kundennr) FILTER (m.rolle = 'kind') AS kinder,
         count(DISTINCT m.kundennr) FILTER (
           m.rolle = 'kind' AND ab_alter(m.geburtsdatum, param('volljaehrig', stichtag())) > stichtag()) AS minderjaehrige,
         bool_and(m.rolle IS NOT NULL AND (m.rolle <> 'kind' OR m.geburtsdatum IS NOT NULL)) AS vollstaendig
  FROM bg_laufend AS b
  JOIN mitglied_stichtag AS m ON m.bg_nr = b.bg_nr
  WHERE coalesce(b.bg_typ <> 'sonstige', TRUE)
  GROUP BY b.bg_nr, b.bg_typ
)
SELECT bg_nr AS case_id,
       bg_typ,
       partner,
       kinder,
       minderjaehrige,
       CASE WHEN vollstaendig THEN
         CASE bg_typ
           WHEN 'alleinstehend' THEN partner > 0 OR minderjaehrige > 0
           WHEN 'alleinerziehend' THEN partner > 0 OR minderjaehrige = 0
           WHEN 'paar_ohne_kind' THEN partner = 0 OR minderjaehrige > 0
           WHEN 'paar_mit_kind' THEN partner = 0 OR kinder = 0
         END
       END AS violated
FROM bestand
