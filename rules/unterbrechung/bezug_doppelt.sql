WITH zeit AS (
  SELECT kundennr, bg_nr, von, coalesce(bis, stichtag()) AS bis
  FROM elb_spanne
  WHERE von <= stichtag()
), doppelt AS (
  SELECT a.kundennr, least(a.bg_nr, b.bg_nr) AS erste_bg, greatest(a.bg_nr, b.bg_nr) AS zweite_bg,
         greatest(a.von, b.von) AS gemeinsam_von, least(a.bis, b.bis) AS gemeinsam_bis
  FROM zeit AS a
  JOIN zeit AS b ON b.kundennr = a.kundennr AND b.bg_nr > a.bg_nr AND b.von <= a.bis AND a.von <= b.bis
)
SELECT z.kundennr AS case_id,
       min(d.erste_bg) AS eine_bg_nr,
       max(d.zweite_bg) AS andere_bg_nr,
       min(d.gemeinsam_von) AS doppelt_von,
       max(d.gemeinsam_bis) AS doppelt_bis,
       count(d.kundennr) > 0 AS violated
FROM (SELECT kundennr FROM zeit GROUP BY kundennr) AS z
LEFT JOIN doppelt AS d ON d.kundennr = z.kundennr
GROUP BY z.kundennr
