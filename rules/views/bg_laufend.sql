-- Bedarfsgemeinschaften, die am Stichtag eröffnet und nicht beendet sind.
CREATE VIEW bg_laufend AS
SELECT bg_nr, bg_typ, eroeffnet_am
FROM bg
WHERE coalesce(eroeffnet_am <= stichtag(), TRUE)
  AND NOT coalesce(status = 'beendet' AND coalesce(beendet_am <= stichtag(), TRUE), FALSE)
