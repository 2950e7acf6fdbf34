-- Zeilen des Eingliederungstitels im Jahr des Stichtags; gleiche Zeilen einer Tabelle ohne Schlüssel zählen einmal.
CREATE VIEW eingliederungstitel AS
SELECT DISTINCT monat, instrument, soll, ist
FROM budget
WHERE titel = 'egl' AND jahr = year(stichtag())
