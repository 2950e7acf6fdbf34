-- Fallabschlüsse in Kraft: bis zum Stichtag angeordnet und nicht storniert.
CREATE VIEW fall_ende_wirksam AS
SELECT fall_ende_id, bg_nr, kundennr, ende, grund, bekannt_am, erfasst_am, angeordnet_am, wiedereroeffnet_am
FROM fall_ende_bekannt
WHERE angeordnet_am IS NOT NULL
