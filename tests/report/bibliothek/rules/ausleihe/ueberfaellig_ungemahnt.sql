SELECT leser_nr AS case_id, ausleihe_id AS item, medium, von AS ausleihe_von, faellig_am, gemahnt_am, ausgegeben_von,
       faellig_am + CAST(param('mahnfrist_tage', faellig_am) AS INTEGER) AS heilbar_bis,
       bis IS NULL AND gemahnt_am IS NULL AND faellig_am < stichtag() AS violated
FROM ausleihe
