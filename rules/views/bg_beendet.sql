-- Bedarfsgemeinschaften, die am Stichtag beendet sind.
CREATE VIEW bg_beendet AS
SELECT bg_nr, beendet_am
FROM bg
WHERE status = 'beendet' AND coalesce(beendet_am <= stichtag(), TRUE)
