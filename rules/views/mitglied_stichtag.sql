-- Mitglieder der laufenden Bedarfsgemeinschaften am Stichtag; gleiche Zeilen zählen einmal.
CREATE VIEW mitglied_stichtag AS
SELECT DISTINCT m.bg_nr, m.kundennr, m.rolle, m.personengruppe, m.ausschlussgrund, p.geburtsdatum
FROM bg_mitglied AS m
JOIN bg_laufend AS b ON b.bg_nr = m.bg_nr
LEFT JOIN person AS p ON p.kundennr = m.kundennr
WHERE m.von <= stichtag() AND coalesce(m.bis, stichtag()) >= stichtag()
