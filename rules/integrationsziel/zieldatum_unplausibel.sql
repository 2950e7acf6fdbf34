WITH horizont AS (
  SELECT kundennr, ziel_id, ziel_art, stand, zieldatum,
         CAST(stichtag() + to_months(param('zieldatum_monate', stichtag())) AS DATE) AS spaetestens
  FROM ziel_gueltig
)
SELECT kundennr AS case_id,
       ziel_id,
       ziel_art,
       stand,
       zieldatum,
       spaetestens,
       coalesce(zieldatum <= stichtag() OR zieldatum > spaetestens, TRUE) AS violated
FROM horizont
