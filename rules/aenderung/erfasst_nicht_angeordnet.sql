WITH offen AS (
  SELECT bg_nr, aenderung_id, kundennr, art, wirksam_ab, erfasst_am,
         arbeitstag(erfasst_am, param('aenderung_anordnung_arbeitstage', erfasst_am)) AS anzuordnen_bis
  FROM aenderung_bekannt
  WHERE kategorie IN ('relevant', 'festsetzung') AND erfasst_am IS NOT NULL AND angeordnet_am IS NULL
)
SELECT bg_nr AS case_id,
       aenderung_id AS item,
       kundennr,
       art,
       wirksam_ab,
       erfasst_am,
       anzuordnen_bis,
       stichtag() - erfasst_am AS tage_seit_erfassung,
       frist_3_monate(wirksam_ab) AS heilbar_bis,
       anzuordnen_bis < stichtag() AS violated
FROM offen
