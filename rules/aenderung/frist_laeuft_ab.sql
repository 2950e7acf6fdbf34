SELECT bg_nr AS case_id,
       aenderung_id AS item,
       kundennr,
       art,
       wirksam_ab,
       bekannt_am,
       erfasst_am,
       frist,
       frist_kalender,
       frist_t3,
       frist_streng,
       frist - stichtag() AS resttage,
       frist AS heilbar_bis,
       CASE WHEN art IS NOT NULL
            THEN frist <= stichtag() + param('aenderung_vorwarnung_tage', stichtag()) END AS violated
FROM aenderung_fristfall
WHERE angeordnet_am IS NULL AND frist >= stichtag()
