SELECT p.kundennr AS case_id,
       p.tod_am,
       last_day(p.tod_am) AS sterbemonat_bis,
       min(a.bg_nr) AS bg_nr,
       CASE WHEN count(*) = count(a.bis) THEN max(a.bis) END AS anspruch_bis,
       frist_3_monate(last_day(p.tod_am)) AS heilbar_bis,
       bool_or(coalesce(a.bis > last_day(p.tod_am), TRUE)) AS violated
FROM person AS p
JOIN anspruch AS a ON a.kundennr = p.kundennr
WHERE last_day(p.tod_am) < stichtag()
  AND a.von <= stichtag()
  AND coalesce(a.bis, a.von) >= a.von
GROUP BY p.kundennr, p.tod_am
