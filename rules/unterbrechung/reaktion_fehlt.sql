WITH frist AS (
  -- jede Frist nur einmal je Tag rechnen
  SELECT am, arbeitstag(am, param('ifk_reaktion_arbeitstage', am)) AS frist
  FROM ifk_info
  GROUP BY am
)
SELECT i.kundennr AS case_id,
       i.info_id AS item,
       i.am,
       f.frist,
       NOT EXISTS (SELECT 1 FROM kontakt AS k
                   WHERE k.kundennr = i.kundennr AND k.vermerk AND k.am BETWEEN i.am AND f.frist)
         AND NOT EXISTS (SELECT 1 FROM arbeitsmarktstatus AS s
                         WHERE s.kundennr = i.kundennr AND s.von BETWEEN i.am AND f.frist) AS violated
FROM ifk_info AS i
JOIN frist AS f ON f.am = i.am
WHERE f.frist < stichtag()
