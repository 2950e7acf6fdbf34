SELECT u.kundennr AS case_id,
       u.unterbrechung_id AS item,
       u.von,
       u.bis,
       max(w.prognose_monate) AS hoechste_prognose,
       NOT bool_or(w.prognose_monate >= param('stationaer_monate', w.von))
         AND CASE WHEN count(w.prognose_monate) = count(*) THEN TRUE END AS violated
FROM unterbrechung_wirksam AS u
JOIN abwesenheit AS w
  ON w.kundennr = u.kundennr AND w.art = 'stationaer'
  AND w.von <= coalesce(u.bis, w.von) AND coalesce(w.bis, u.von) >= u.von
WHERE u.grund = 'stationaer' AND u.von <= stichtag()
GROUP BY u.kundennr, u.unterbrechung_id, u.von, u.bis
