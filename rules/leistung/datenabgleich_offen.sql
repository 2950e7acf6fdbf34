SELECT kundennr AS case_id,
       treffer_id AS item,
       art,
       eingang_am,
       im_kalender(eingang_am + to_months(param('datenabgleich_monate', eingang_am))) AS frist,
       NOT coalesce(erledigt_am <= stichtag(), FALSE)
         AND im_kalender(eingang_am + to_months(param('datenabgleich_monate', eingang_am))) < stichtag() AS violated
FROM datenabgleich
WHERE coalesce(eingang_am <= stichtag(), TRUE)
