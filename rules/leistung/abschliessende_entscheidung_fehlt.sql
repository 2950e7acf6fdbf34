SELECT bg_nr AS case_id,
       bewilligung_id AS item,
       von,
       bis,
       frist,
       frist AS heilbar_bis,
       NOT erledigt AND frist < stichtag()
         AND NOT param('festsetzung_nur_auf_antrag', von) AS violated
FROM vorlaeufige_entscheidung
