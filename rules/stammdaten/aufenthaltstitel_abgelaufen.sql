SELECT e.kundennr AS case_id,
       p.aufenthaltstitel,
       p.aufenthalt_bis,
       p.aufenthalt_bis < stichtag() AS violated
FROM elb_stichtag AS e
JOIN person AS p ON p.kundennr = e.kundennr
WHERE p.aufenthalt_bis IS NOT NULL
  AND NOT coalesce(list_contains(param('freizuegige_staaten', stichtag()), upper(p.staatsangehoerigkeit)), FALSE)
