WITH nachricht AS (
  SELECT unterbrechung_id, min(am) AS erste_information
  FROM ifk_info
  WHERE am <= stichtag()
  GROUP BY unterbrechung_id
), keine_elb AS (
  -- Am Vortag in der BG, aber nicht als ELB: für sie ist keine Integrationsfachkraft zu unterrichten.
  SELECT u.unterbrechung_id
  FROM unterbrechung_wirksam AS u
  JOIN bg_mitglied AS m ON m.kundennr = u.kundennr AND m.bg_nr = u.bg_nr
   AND m.von <= stichtag() AND m.von < u.von AND coalesce(m.bis, u.von) >= u.von - 1
  GROUP BY u.unterbrechung_id
  HAVING count(*) FILTER (WHERE m.personengruppe = 'ELB') = 0
), pruefung AS (
  SELECT u.kundennr, u.unterbrechung_id, u.bg_nr, u.von, u.bis, u.grund, u.angeordnet_am,
         arbeitstag(u.angeordnet_am, param('ifk_info_arbeitstage', u.angeordnet_am)) AS frist,
         n.erste_information
  FROM unterbrechung_wirksam AS u
  LEFT JOIN nachricht AS n ON n.unterbrechung_id = u.unterbrechung_id
  WHERE u.unterbrechung_id NOT IN (SELECT unterbrechung_id FROM keine_elb)
)
SELECT kundennr AS case_id,
       unterbrechung_id AS item,
       bg_nr,
       von AS unterbrechung_von,
       bis AS unterbrechung_bis,
       grund,
       angeordnet_am,
       frist,
       erste_information,
       coalesce(erste_information > frist, TRUE) AS violated
FROM pruefung
WHERE frist < stichtag() OR erste_information IS NOT NULL
