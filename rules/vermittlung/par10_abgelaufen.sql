WITH par10 AS (
  SELECT e.kundennr, e.bg_nr, min(s.von) AS par10_von
  FROM elb_stichtag AS e
  JOIN arbeitsmarktstatus AS s ON s.kundennr = e.kundennr
  WHERE s.status = 'par10' AND deckt_tag(s.von, s.bis, stichtag())
  GROUP BY e.kundennr, e.bg_nr
), kind AS (
  SELECT m.bg_nr, max(p.geburtsdatum) AS juengstes_geboren, count(*) > count(p.geburtsdatum) AS geburt_unbekannt
  FROM bg_mitglied AS m
  LEFT JOIN person AS p ON p.kundennr = m.kundennr
  WHERE m.rolle = 'kind' AND deckt_tag(m.von, m.bis, stichtag())
  GROUP BY m.bg_nr
)
SELECT s.kundennr AS case_id, s.bg_nr, s.par10_von, k.juengstes_geboren,
       CASE WHEN im_kalender(k.juengstes_geboren + to_months(param('par10_kind_monate', stichtag()))) > stichtag() THEN FALSE
            WHEN NOT k.geburt_unbekannt THEN TRUE END AS violated
FROM par10 AS s
JOIN kind AS k ON k.bg_nr = s.bg_nr
