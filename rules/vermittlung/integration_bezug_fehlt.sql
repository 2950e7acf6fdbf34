WITH eintritt AS (
  SELECT integration_id, kundennr, beginn, art,
         -- der letzte Tag des Vormonats und die zusätzliche Rückschau
         CAST(date_trunc('month', beginn) - to_months(param('integration_rueckschau_monate', beginn)) AS DATE) - 1 AS rueckschau_ab
  FROM eintritt_k2
), anfang AS (
  SELECT min(von) AS tag FROM anspruch
)
SELECT e.kundennr AS case_id, e.integration_id AS item, e.art, e.beginn, e.rueckschau_ab, max(least(s.bis, e.beginn)) AS bezug_bis,
       CASE WHEN count(s.kundennr) > 0 THEN FALSE
            WHEN a.tag <= e.rueckschau_ab THEN TRUE END AS violated
FROM eintritt AS e
JOIN anfang AS a ON TRUE
LEFT JOIN elb_spanne AS s
  ON s.kundennr = e.kundennr AND s.von <= e.beginn AND coalesce(s.bis, e.rueckschau_ab) >= e.rueckschau_ab
GROUP BY e.kundennr, e.integration_id, e.art, e.beginn, e.rueckschau_ab, a.tag
