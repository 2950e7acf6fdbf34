-- Das letzte Gespräch einer Person bis zum Stichtag, persönlich, telefonisch oder per Video.
CREATE VIEW letzter_kontakt AS
SELECT kundennr, max(am) AS am
FROM kontakt
WHERE am <= stichtag() AND list_contains(param('kontakt_arten', am), art)
GROUP BY kundennr
