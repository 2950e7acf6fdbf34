SELECT leser_nr AS case_id, ausleihe_id AS item, von AS ausleihe_von, faellig_am, faellig_am < von AS violated FROM ausleihe
