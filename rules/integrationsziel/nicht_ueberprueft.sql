WITH frist AS (
  SELECT kundennr, ziel_id, ziel_art, stand,
         CAST(stichtag() - to_months(param('ziel_pruefung_monate', stichtag())) AS DATE) AS fruehestens
  FROM ziel_gueltig
)
SELECT kundennr AS case_id,
       ziel_id,
       ziel_art,
       stand,
       fruehestens,
       stand < fruehestens AS violated
FROM frist
