SELECT e.kundennr AS case_id,
       e.bg_nr,
       p.geburtsdatum,
       ab_alter(p.geburtsdatum, param('mindestalter_elb', stichtag())) AS fruehestens,
       altersgrenze(p.geburtsdatum) AS altersgrenze,
       ab_alter(p.geburtsdatum, param('mindestalter_elb', stichtag())) > stichtag()
         OR altersgrenze(p.geburtsdatum) < stichtag() AS violated
FROM elb_stichtag AS e
LEFT JOIN person AS p ON p.kundennr = e.kundennr
