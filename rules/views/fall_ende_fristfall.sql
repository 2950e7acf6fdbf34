-- Bekannte Fallabschlüsse mit der Drei-Monats-Frist in allen drei Lesarten.
CREATE VIEW fall_ende_fristfall AS
WITH tage AS (
  -- jede Frist nur einmal je Tag rechnen: Tage gibt es wenige, Abschlüsse viele
  SELECT DISTINCT ende FROM fall_ende_bekannt
), frist AS (
  SELECT ende, frist_3_monate(ende) AS frist, frist_kalender(ende) AS frist_kalender,
         frist_t3(ende) AS frist_t3, frist_streng(ende) AS frist_streng
  FROM tage
)
SELECT e.fall_ende_id, e.bg_nr, e.kundennr, e.ende, e.grund, e.bekannt_am, e.erfasst_am, e.angeordnet_am,
       f.frist, f.frist_kalender, f.frist_t3, f.frist_streng
FROM fall_ende_bekannt AS e
LEFT JOIN frist AS f ON f.ende = e.ende
