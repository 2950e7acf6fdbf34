SELECT f.kundennr AS case_id, f.teilnahme_id AS item, f.art, f.von, f.bis, min(c.von) AS betreut_von,
       count(c.kundennr) = 0 AS violated
FROM massnahme AS f
LEFT JOIN massnahme AS c
  ON c.kundennr = f.kundennr AND c.art = 'coaching_16e_16i' AND teilen_tag(c.von, c.bis, f.von, f.bis)
WHERE f.art IN ('par16e', 'par16i')
  AND f.von + param('coaching_beginn_tage', f.von) <= least(f.bis, stichtag())
GROUP BY f.kundennr, f.teilnahme_id, f.art, f.von, f.bis
