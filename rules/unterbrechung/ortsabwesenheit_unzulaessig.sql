SELECT u.kundennr AS case_id,
       u.unterbrechung_id AS item,
       u.von,
       u.bis,
       min(w.von) AS abwesend_von,
       max(w.bis) AS abwesend_bis,
       count(w.von) > 0 AS violated
FROM unterbrechung_wirksam AS u
LEFT JOIN abwesenheit AS w
  ON w.kundennr = u.kundennr AND w.art = 'ortsabwesenheit' AND w.genehmigt
  AND w.bis - w.von < param('ortsabwesenheit_tage', w.von)
  AND u.von >= w.von AND u.bis <= w.bis
WHERE u.grund = 'ortsabwesenheit' AND u.von <= stichtag()
GROUP BY u.kundennr, u.unterbrechung_id, u.von, u.bis
