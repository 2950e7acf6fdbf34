SELECT e.kundennr AS case_id, e.bg_nr, max(s.bis) AS zuletzt_bis,
       NOT bool_or(deckt_tag(s.von, s.bis, stichtag())) AS violated
FROM elb_stichtag AS e
LEFT JOIN arbeitsmarktstatus AS s ON s.kundennr = e.kundennr
GROUP BY e.kundennr, e.bg_nr
