SELECT e.kundennr AS case_id, e.bg_nr, t.tage, param('lzb_mindesttage', stichtag()) - t.tage AS tage_bis_lzb,
       t.tage >= param('lzb_bedroht_tage', stichtag()) AS violated
FROM elb_stichtag AS e
JOIN lzb_tage AS t ON t.kundennr = e.kundennr
WHERE NOT t.lzb
