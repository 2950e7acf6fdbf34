SELECT kundennr AS case_id,
       length(kundennr) AS stellen,
       NOT regexp_full_match(upper(kundennr), param('kundennummer_muster', stichtag())) AS violated
FROM person
