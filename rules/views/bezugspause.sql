-- Was auf jede Anspruchsinsel folgt: bezug_von = Beginn der Insel, von/bis = Pause danach.
-- Offene Insel: von NULL. Letzte Insel: bis NULL (die Pause dauert an).
CREATE VIEW bezugspause AS
SELECT kundennr, von AS bezug_von, bis + 1 AS von,
       lead(von) OVER (PARTITION BY kundennr ORDER BY von) - 1 AS bis
FROM anspruch_insel
