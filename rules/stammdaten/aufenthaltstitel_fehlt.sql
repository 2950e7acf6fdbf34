SELECT e.kundennr AS case_id,
       p.staatsangehoerigkeit,
       CASE WHEN regexp_full_match(upper(p.staatsangehoerigkeit), '[A-Z]{2}')
            THEN text_leer(p.aufenthaltstitel, stichtag()) END AS violated
FROM elb_stichtag AS e
LEFT JOIN person AS p ON p.kundennr = e.kundennr
WHERE NOT coalesce(list_contains(param('freizuegige_staaten', stichtag()), upper(p.staatsangehoerigkeit)), FALSE)
