SELECT kundennr AS case_id,
       ziel_id,
       ziel_art,
       stand,
       handlungsstrategie,
       text_leer(handlungsstrategie, stichtag()) AS violated
FROM ziel_gueltig
