WITH erklaerung AS (
  SELECT kundennr, von, unterbrechung_id AS nachweis, grund IS NOT NULL AS erklaert
  FROM luecke_unterbrechung
  UNION ALL
  SELECT kundennr, von, fall_ende_id, TRUE
  FROM luecke_fall_ende
)
SELECT l.kundennr AS case_id,
       CAST(l.von AS VARCHAR) AS item,
       l.bg_nr,
       l.von AS luecke_von,
       l.bis AS luecke_bis,
       l.tage,
       l.klasse,
       min(e.nachweis) AS nachweis,
       frist_3_monate(l.von) AS heilbar_bis,
       NOT coalesce(bool_or(e.erklaert), FALSE) AS violated
FROM luecke AS l
LEFT JOIN erklaerung AS e ON e.kundennr = l.kundennr AND e.von = l.von
WHERE l.bis < stichtag()
GROUP BY l.kundennr, l.bg_nr, l.von, l.bis, l.tage, l.klasse
