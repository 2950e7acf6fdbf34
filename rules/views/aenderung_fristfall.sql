-- Änderungen mit eigener Drei-Monats-Frist: relevant (oder Art unbekannt) und keine Korrektur
-- einer anderen Änderung, die noch besteht; mit der Frist in allen drei Lesarten.
CREATE VIEW aenderung_fristfall AS
SELECT a.aenderung_id, a.bg_nr, a.kundennr, a.art, a.wirksam_ab, a.bekannt_am, a.erfasst_am, a.angeordnet_am,
       frist_3_monate(a.wirksam_ab) AS frist,
       frist_kalender(a.wirksam_ab) AS frist_kalender,
       frist_t3(a.wirksam_ab) AS frist_t3,
       frist_streng(a.wirksam_ab) AS frist_streng
FROM aenderung_bekannt AS a
WHERE coalesce(a.kategorie = 'relevant', TRUE)
  AND NOT EXISTS (SELECT 1 FROM aenderung_bekannt AS o
                  WHERE o.aenderung_id = a.ersetzt_id AND o.aenderung_id <> a.aenderung_id)
