SELECT e.kundennr AS case_id,
       e.bg_nr,
       max(z.bis) AS zuletzt_zustaendig_bis,
       count(z.kundennr) FILTER (WHERE coalesce(z.bis, stichtag()) >= stichtag()) = 0 AS violated
FROM elb_stichtag AS e
LEFT JOIN zustaendigkeit AS z
  ON z.kundennr = e.kundennr AND z.vertretung IS NOT TRUE AND z.von <= stichtag()
GROUP BY e.kundennr, e.bg_nr
