SELECT kundennr AS case_id,
       ziel_id,
       ziel_art,
       stand,
       integrationsprognose,
       integrationsprognose IS NULL AS violated
FROM ziel_gueltig
