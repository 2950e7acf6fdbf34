SELECT bg_nr AS case_id,
       bewilligung_id AS item,
       von,
       bis,
       frist,
       frist - stichtag() AS tage,
       frist AS heilbar_bis,
       frist <= stichtag() + param('festsetzung_vorwarnung_tage', stichtag()) AS violated
FROM vorlaeufige_entscheidung
WHERE NOT erledigt AND frist >= stichtag() AND NOT param('festsetzung_nur_auf_antrag', von)
