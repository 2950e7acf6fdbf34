SELECT kundennr AS case_id,
       ziel_id,
       stand,
       ziel_art,
       zielberuf_kldb,
       taetigkeitsfeld,
       coalesce(ziel_art, 'arbeitsmarkt') = 'arbeitsmarkt'
         AND NOT coalesce(regexp_full_match(zielberuf_kldb, '[0-9]{5}') AND zielberuf_kldb <> '00000', FALSE)
         AND text_leer(taetigkeitsfeld, stichtag()) AS violated
FROM ziel_gueltig
