-- Der Fall endet mit der letzten Bewilligung: alle Ansprüche in dieser BG, höchstens bis zu diesem Tag.
WITH ende AS (
  SELECT p.bg_nr, max(p.bis) AS tag, u.case_id, u.item
  FROM urteil('fallabschluss.fehlt_nach_bewilligungsende') AS u
  JOIN periode AS p ON p.bg_nr = u.case_id
  WHERE u.violated
  GROUP BY p.bg_nr, u.case_id, u.item
)
SELECT a.kundennr, a.bg_nr, a.von, least(a.bis, e.tag) AS bis, e.case_id, e.item
FROM anspruch AS a
LEFT JOIN ende AS e ON e.bg_nr = a.bg_nr
