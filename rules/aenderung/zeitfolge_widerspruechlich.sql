WITH zeitfolge AS (
  SELECT bg_nr, aenderung_id, kundennr, art, wirksam_ab, bekannt_am, erfasst_am, angeordnet_am,
         CASE WHEN angeordnet_am < erfasst_am THEN 'die Anordnung liegt vor der Erfassung'
              -- im Voraus darf erfasst sein, was erst später wirkt
              WHEN erfasst_am < bekannt_am AND coalesce(wirksam_ab <= erfasst_am, TRUE)
                THEN 'die Erfassung liegt vor dem Bekanntwerden' END AS widerspruch
  FROM aenderung_bekannt
  WHERE kategorie IN ('relevant', 'festsetzung')
    AND erfasst_am IS NOT NULL
    AND coalesce(bekannt_am, angeordnet_am) IS NOT NULL
)
SELECT bg_nr AS case_id,
       aenderung_id AS item,
       kundennr,
       art,
       wirksam_ab,
       bekannt_am,
       erfasst_am,
       angeordnet_am,
       widerspruch,
       widerspruch IS NOT NULL AS violated
FROM zeitfolge
