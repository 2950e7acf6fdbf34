WITH aufnahme AS (
  SELECT DISTINCT kundennr, von FROM intensivbetreuung WHERE von <= least(bis, stichtag())
), bezug AS (
  SELECT a.kundennr, a.von, count(i.kundennr) > 0 AS bekannt,
         sum(greatest(least(i.bis, a.von) - greatest(i.von, a.von - param('lzb_fenster_tage', a.von) + 1) + 1, 0)) AS tage
  FROM aufnahme AS a
  LEFT JOIN anspruch_insel AS i ON i.kundennr = a.kundennr
  GROUP BY a.kundennr, a.von
)
SELECT kundennr AS case_id, CAST(von AS VARCHAR) AS item, von AS beginn, CASE WHEN bekannt THEN CAST(tage AS INTEGER) END AS tage,
       CASE WHEN bekannt THEN tage < param('lzb_bedroht_tage', von) OR tage >= param('lzb_mindesttage', von) END AS violated
FROM bezug
