SELECT e.kundennr AS case_id,
       p.plz,
       p.ags,
       NOT list_contains(param('zustaendigkeit_ags', stichtag()), left(p.ags, 5)) AS violated
FROM elb_stichtag AS e
LEFT JOIN person AS p ON p.kundennr = e.kundennr
