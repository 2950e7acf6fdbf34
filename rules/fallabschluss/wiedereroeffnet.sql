SELECT bg_nr AS case_id,
       fall_ende_id AS item,
       kundennr,
       grund,
       ende,
       angeordnet_am,
       wiedereroeffnet_am,
       wiedereroeffnet_am - ende AS tage_bis_wiedereroeffnung,
       frist_3_monate(ende) AS heilbar_bis,
       CASE WHEN ende IS NOT NULL
            THEN coalesce(wiedereroeffnet_am <= ende + param('wiedereroeffnung_tage', ende), FALSE) END AS violated
FROM fall_ende_wirksam
WHERE coalesce(ende <= stichtag(), TRUE)
