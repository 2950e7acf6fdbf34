SELECT bg_nr AS case_id,
       bewilligung_id AS item,
       art,
       von,
       angeordnet_am,
       NOT coalesce(bescheid_am <= stichtag(), FALSE) AS violated
FROM bewilligung
WHERE art IN ('aufhebung', 'entziehung', 'versagung') AND angeordnet_am <= stichtag()
