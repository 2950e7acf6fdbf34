SELECT bg_nr AS case_id,
       fall_ende_id AS item,
       kundennr,
       ende,
       grund,
       erfasst_am,
       angeordnet_am,
       frist_3_monate(ende) AS heilbar_bis,
       grund IS NULL AS violated
FROM fall_ende_bekannt
