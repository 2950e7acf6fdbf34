-- Der Anspruch endet mit dem Sterbemonat. Eine Zeit, die ganz danach liegt, umfasst dann keinen Tag mehr.
WITH ende AS (
  SELECT p.kundennr, last_day(p.tod_am) AS tag, u.case_id, u.item
  FROM urteil('fallabschluss.tod_leistung_laeuft') AS u
  JOIN person AS p ON p.kundennr = u.case_id
  WHERE u.violated
)
SELECT a.kundennr, a.bg_nr, a.von, least(a.bis, e.tag) AS bis, e.case_id, e.item
FROM anspruch AS a
LEFT JOIN ende AS e ON e.kundennr = a.kundennr
