WITH abschluss AS (
  SELECT bg_nr, fall_ende_id, kundennr, grund, ende, bekannt_am, erfasst_am, angeordnet_am,
         frist_3_monate(ende) AS frist
  FROM fall_ende_bekannt
)
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
       frist_kalender(ende) AS frist_kalender,
       frist_t3(ende) AS frist_t3,
       frist_streng(ende) AS frist_streng,
       tage_nach_frist(angeordnet_am, frist) AS tage_verspaetet,
       verspaetung_ursache(bekannt_am, frist) AS ursache,
       frist AS heilbar_bis,
       -- ohne Anordnung läuft die Uhr bis zum Stichtag
       coalesce(angeordnet_am, stichtag()) > frist AS violated
FROM abschluss
WHERE angeordnet_am IS NOT NULL OR coalesce(frist < stichtag(), TRUE)
