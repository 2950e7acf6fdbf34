-- Unterbrechungen in Kraft: bis zum Stichtag angeordnet und nicht storniert.
CREATE VIEW unterbrechung_wirksam AS
SELECT unterbrechung_id, kundennr, bg_nr, von, bis, grund, erfasst_am, angeordnet_am
FROM unterbrechung
WHERE angeordnet_am <= stichtag() AND coalesce(storniert_am > stichtag(), TRUE)
