-- Änderungen mit eigener Drei-Monats-Frist: relevant (oder Art unbekannt) und keine Korrektur
-- einer anderen Änderung, die noch besteht; mit der Frist in allen drei Lesarten.
CREATE VIEW aenderung_fristfall AS
WITH tage AS (
  -- jede Frist nur einmal je Tag rechnen: Tage gibt es wenige, Änderungen viele
  SELECT DISTINCT wirksam_ab FROM aenderung_bekannt
), frist AS (
  SELECT wirksam_ab, frist_3_monate(wirksam_ab) AS frist, frist_kalender(wirksam_ab) AS frist_kalender,
         frist_t3(wirksam_ab) AS frist_t3, frist_streng(wirksam_ab) AS frist_streng
  FROM tage
)
SELECT a.aenderung_id, a.bg_nr, a.kundennr, a.art, a.wirksam_ab, a.bekannt_am, a.erfasst_am, a.angeordnet_am,
       f.frist, f.frist_kalender, f.frist_t3, f.frist_streng
FROM aenderung_bekannt AS a
LEFT JOIN frist AS f ON f.wirksam_ab = a.wirksam_ab
WHERE coalesce(a.kategorie = 'relevant', TRUE)
  AND NOT EXISTS (SELECT 1 FROM aenderung_bekannt AS o
                  WHERE o.aenderung_id = a.ersetzt_id AND o.aenderung_id <> a.aenderung_id)
