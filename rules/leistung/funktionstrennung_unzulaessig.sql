SELECT bg_nr AS case_id,
       bewilligung_id AS item,
       art,
       von,
       angeordnet_am,
       trim(erfasser) = trim(anordner) AS violated
FROM bewilligung
WHERE angeordnet_am <= stichtag()
