-- Änderungen, die am Stichtag bekannt und nicht storniert sind; eine spätere Anordnung gibt es noch nicht.
-- kategorie: relevant, festsetzung (eigene Kategorie), unerheblich; NULL = Art unbekannt.
CREATE VIEW aenderung_bekannt AS
SELECT aenderung_id, bg_nr, kundennr, art, wirksam_ab, bekannt_am, erfasst_am,
       CASE WHEN angeordnet_am <= stichtag() THEN angeordnet_am END AS angeordnet_am,
       ersetzt_id,
       CASE WHEN art = 'endgueltige_festsetzung' THEN 'festsetzung'
            -- ohne Wirksamkeitstag gilt die Liste des Stichtags
            WHEN coalesce(list_contains(param('aenderung_relevante_arten', wirksam_ab), art),
                          list_contains(param('aenderung_relevante_arten', stichtag()), art)) THEN 'relevant'
            WHEN art IS NOT NULL THEN 'unerheblich' END AS kategorie
FROM aenderung
WHERE coalesce(least(erfasst_am, angeordnet_am) <= stichtag(), TRUE)
  AND coalesce(storniert_am > stichtag(), TRUE)
