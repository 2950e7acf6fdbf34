-- Fallabschlüsse, die am Stichtag bekannt und nicht storniert sind; was später geschah, ist noch nicht geschehen.
CREATE VIEW fall_ende_bekannt AS
SELECT fall_ende_id, bg_nr, kundennr, ende, grund, bekannt_am, erfasst_am,
       CASE WHEN angeordnet_am <= stichtag() THEN angeordnet_am END AS angeordnet_am,
       CASE WHEN wiedereroeffnet_am <= stichtag() THEN wiedereroeffnet_am END AS wiedereroeffnet_am
FROM fall_ende
WHERE coalesce(least(erfasst_am, angeordnet_am) <= stichtag(), TRUE)
  AND coalesce(storniert_am > stichtag(), TRUE)
