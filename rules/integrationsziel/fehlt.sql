SELECT e.kundennr AS case_id,
       e.bg_nr,
       max(z.stand) AS letzter_stand,
       max(z.bis) AS letztes_ziel_bis,
       count(*) FILTER (WHERE z.von <= stichtag() AND coalesce(z.bis, stichtag()) >= stichtag()) = 0 AS violated
FROM elb_stichtag AS e
LEFT JOIN integrationsziel AS z ON z.kundennr = e.kundennr AND z.stand <= stichtag()
GROUP BY e.kundennr, e.bg_nr
