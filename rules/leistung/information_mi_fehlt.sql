SELECT kundennr AS case_id,
       treffer_id AS item,
       eingang_am,
       erledigt_am,
       NOT coalesce(information_mi, FALSE) AS violated
FROM datenabgleich
WHERE art = 'beschaeftigung' AND erledigt_am <= stichtag()
