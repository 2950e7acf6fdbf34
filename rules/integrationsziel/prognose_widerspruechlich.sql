SELECT kundennr AS case_id,
       ziel_id,
       ziel_art,
       stand,
       integrationsprognose,
       zieldatum,
       CASE integrationsprognose
         WHEN 'marktfern' THEN coalesce(ziel_art, 'arbeitsmarkt') = 'arbeitsmarkt'
           AND zieldatum < stichtag() + to_months(param('ziel_marktfern_monate', stichtag()))
         ELSE zieldatum > stichtag() + to_months(param('ziel_marktnah_monate', stichtag()))
       END AS violated
FROM ziel_gueltig
WHERE integrationsprognose IS NOT NULL AND zieldatum > stichtag()
