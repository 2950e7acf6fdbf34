WITH par10 AS (
  SELECT e.kundennr, e.bg_nr, min(s.von) AS par10_von,
         CAST(stichtag() - to_months(param('kontakt_monate', stichtag())) AS DATE) AS grenze
  FROM elb_stichtag AS e
  JOIN arbeitsmarktstatus AS s ON s.kundennr = e.kundennr
  WHERE s.status = 'par10' AND deckt_tag(s.von, s.bis, stichtag())
  GROUP BY e.kundennr, e.bg_nr
)
SELECT s.kundennr AS case_id, s.bg_nr, s.par10_von, s.grenze, k.am AS letztes_gespraech,
       s.par10_von < s.grenze AND coalesce(k.am < s.grenze, TRUE) AS violated
FROM par10 AS s
LEFT JOIN letzter_kontakt AS k ON k.kundennr = s.kundennr
