-- Mitgliedschaften, die mindestens einen Tag bis zum Stichtag umfassen.
CREATE VIEW mitgliedschaft AS
SELECT bg_nr, kundennr, personengruppe, von, bis
FROM bg_mitglied
WHERE von <= stichtag() AND coalesce(bis, von) >= von
