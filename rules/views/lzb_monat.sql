-- Langzeitleistungsbeziehende an den Monatsenden der Kennzahlen (§ 6 SGB2§48aFKV), nach denselben Regeln wie lzb_am.
CREATE VIEW lzb_monat AS
WITH bezug AS (
  SELECT i.kundennr, m.nr,
         CAST(sum(least(i.bis, m.ende) - greatest(i.von, m.ende - param('lzb_fenster_tage', m.ende) + 1) + 1) AS INTEGER) AS tage
  FROM anspruch_insel AS i
  JOIN kennzahl_monat AS m
    ON i.von <= m.ende AND coalesce(i.bis, m.ende) >= m.ende - param('lzb_fenster_tage', m.ende) + 1
  GROUP BY i.kundennr, m.nr
)
SELECT e.kundennr, e.nr, e.anfang, e.ende, e.bg_nr
FROM elb_monat AS e
JOIN bezug AS b ON b.kundennr = e.kundennr AND b.nr = e.nr
WHERE b.tage >= param('lzb_mindesttage', e.ende)
