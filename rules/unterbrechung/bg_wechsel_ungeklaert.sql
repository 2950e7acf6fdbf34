SELECT l.kundennr AS case_id,
       CAST(l.von AS VARCHAR) AS item,
       l.bg_nr AS alte_bg_nr,
       l.von AS luecke_von,
       l.tage,
       NOT EXISTS (SELECT 1 FROM anspruch AS a
                   WHERE a.kundennr = l.kundennr AND a.bg_nr = l.bg_nr AND a.von = l.bis + 1) AS violated
FROM luecke AS l
WHERE l.klasse = '1-7' AND l.bis < stichtag()
