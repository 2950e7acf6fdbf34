SELECT kundennr AS case_id, unterbrechung_id AS item,
       angeordnet_am <= frist_3_monate(von) AS im_zaehler
FROM unterbrechung_wirksam
WHERE von <= stichtag()
