-- ELB an den Monatsenden der Kennzahlen; eine Zeile je Person und Monat, die kleinste BG-Nummer.
CREATE VIEW elb_monat AS
SELECT s.kundennr, m.nr, m.anfang, m.ende, min(s.bg_nr) AS bg_nr
FROM elb_spanne AS s
JOIN kennzahl_monat AS m ON s.von <= m.ende AND coalesce(s.bis, m.ende) >= m.ende
GROUP BY s.kundennr, m.nr, m.anfang, m.ende
