SELECT e.kundennr AS case_id,
       i.von AS im_bezug_seit,
       vsnr_bereinigt(p.vsnr) IS NULL
         AND i.von < stichtag() - to_months(param('vsnr_fehlt_monate', stichtag())) AS violated
FROM elb_stichtag AS e
JOIN anspruch_insel AS i
  ON i.kundennr = e.kundennr AND stichtag() BETWEEN i.von AND coalesce(i.bis, stichtag())
LEFT JOIN person AS p ON p.kundennr = e.kundennr
