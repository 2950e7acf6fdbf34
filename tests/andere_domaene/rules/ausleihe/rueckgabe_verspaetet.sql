SELECT signatur AS case_id, ausleihe_id AS item, faellig(von) AS faellig_am, bis,
       coalesce(bis, stichtag()) > faellig(von) AS violated
FROM ausleihe
WHERE von <= stichtag()
