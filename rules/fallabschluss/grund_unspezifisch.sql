SELECT bg_nr AS case_id,
       fall_ende_id AS item,
       kundennr,
       ende,
       grund,
       erfasst_am,
       angeordnet_am,
       coalesce(grund = 'sonstige', FALSE) AS violated
FROM fall_ende_bekannt
