-- Der Anspruch endet mit dem Monat der Altersgrenze, auch in einer anderen BG. Was ganz danach liegt, umfasst keinen Tag mehr.
WITH ende AS (
  SELECT p.kundennr, altersgrenze(p.geburtsdatum) AS tag, u.case_id, u.item
  FROM urteil('fallabschluss.altersgrenze_ueberschritten') AS u
  JOIN person AS p ON p.kundennr = u.case_id
  WHERE u.violated
)
SELECT a.kundennr, a.bg_nr, a.von, least(a.bis, e.tag) AS bis, e.case_id, e.item
FROM anspruch AS a
LEFT JOIN ende AS e ON e.kundennr = a.kundennr
