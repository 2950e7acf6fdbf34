SELECT e.kundennr AS case_id,
       p.gdb,
       p.schwerbehindert_bis,
       p.schwerbehindert_bis < stichtag() AS violated
FROM elb_stichtag AS e
JOIN person AS p ON p.kundennr = e.kundennr
WHERE p.schwerbehindert_bis IS NOT NULL
