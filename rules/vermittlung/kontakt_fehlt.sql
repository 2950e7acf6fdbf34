WITH kunde AS (
  SELECT e.kundennr, z.integrationsprognose,
         CAST(stichtag() - to_months(CASE WHEN z.integrationsprognose = 'marktnah' THEN param('kontakt_marktnah_monate', stichtag())
                                          ELSE param('kontakt_monate', stichtag()) END) AS DATE) AS grenze
  FROM elb_stichtag AS e
  LEFT JOIN ziel_gueltig AS z ON z.kundennr = e.kundennr
  -- Personen nach § 10 SGB II prüft P-018
  WHERE NOT EXISTS (SELECT 1 FROM arbeitsmarktstatus AS s
                    WHERE s.kundennr = e.kundennr AND s.status = 'par10' AND deckt_tag(s.von, s.bis, stichtag()))
)
SELECT k.kundennr AS case_id, k.integrationsprognose, k.grenze, l.am AS letztes_gespraech, i.von AS bezug_von,
       coalesce(l.am < k.grenze, TRUE) AND i.von < k.grenze AS violated
FROM kunde AS k
JOIN anspruch_insel AS i ON i.kundennr = k.kundennr AND deckt_tag(i.von, i.bis, stichtag())
LEFT JOIN letzter_kontakt AS l ON l.kundennr = k.kundennr
