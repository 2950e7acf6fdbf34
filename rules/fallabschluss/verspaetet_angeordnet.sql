SELECT bg_nr AS case_id,
       fall_ende_id AS item,
       kundennr,
       grund,
       ende,
       bekannt_am,
       erfasst_am,
       angeordnet_am,
       anordnung_text(angeordnet_am) AS anordnung,
       frist,
       frist_kalender,
       frist_t3,
       frist_streng,
       tage_nach_frist(angeordnet_am, frist) AS tage_verspaetet,
       verspaetung_ursache(bekannt_am, frist) AS ursache,
       ursache_in_worten(verspaetung_ursache(bekannt_am, frist)) AS ursache_in_worten,
       frist AS heilbar_bis,
       -- ohne Anordnung läuft die Uhr bis zum Stichtag
       coalesce(angeordnet_am, stichtag()) > frist AS violated
FROM fall_ende_fristfall
WHERE angeordnet_am IS NOT NULL OR coalesce(frist < stichtag(), TRUE)
