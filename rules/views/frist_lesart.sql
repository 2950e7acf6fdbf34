-- Letzter Tag der Frist in der Lesart, die am Tag der Tatsache gilt, ohne Verschiebung auf einen Arbeitstag.
CREATE MACRO frist_lesart(w) AS
CASE param('aenderung_frist_lesart', w)
  WHEN 'kalender' THEN frist_kalender(w)
  WHEN 't3' THEN frist_t3(w)
  WHEN 'streng' THEN frist_streng(w)
END
