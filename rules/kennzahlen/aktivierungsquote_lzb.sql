SELECT l.kundennr AS case_id, p.geschlecht,
       EXISTS (SELECT 1 FROM massnahme AS m WHERE m.kundennr = l.kundennr AND deckt_tag(m.von, m.bis, stichtag())) AS im_zaehler
FROM lzb_tage AS l
LEFT JOIN person AS p ON p.kundennr = l.kundennr
WHERE l.lzb
