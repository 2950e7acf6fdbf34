WITH spanne AS (
  SELECT kundennr, von, bis, param('par53a_letzter_beginn', von) AS letzter_beginn
  FROM arbeitsmarktstatus
  WHERE status = 'par53a' AND von <= least(bis, stichtag())
)
SELECT s.kundennr AS case_id, CAST(s.von AS VARCHAR) AS item, s.von AS beginn, s.letzter_beginn,
       s.von > s.letzter_beginn AND NOT bool_or(deckt_tag(b.von, b.bis, s.letzter_beginn)) AS violated
FROM spanne AS s
JOIN spanne AS b ON b.kundennr = s.kundennr
GROUP BY s.kundennr, s.von, s.letzter_beginn
