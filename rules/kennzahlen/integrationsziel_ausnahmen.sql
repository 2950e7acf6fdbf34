WITH urteile AS (
  SELECT case_id, violated FROM urteil('integrationsziel.fehlt')
  UNION ALL
  SELECT case_id, violated FROM urteil('integrationsziel.nicht_konkret')
  UNION ALL
  SELECT case_id, violated FROM urteil('integrationsziel.zieldatum_unplausibel')
  UNION ALL
  SELECT case_id, violated FROM urteil('integrationsziel.strategie_fehlt')
  UNION ALL
  SELECT case_id, violated FROM urteil('integrationsziel.nicht_ueberprueft')
  UNION ALL
  SELECT case_id, violated FROM urteil('integrationsziel.vermerk_fehlt')
), quote AS (
  SELECT case_id, alles_in_ordnung(violated) AS im_zaehler
  FROM urteile
  GROUP BY case_id
)
SELECT q.case_id, p.geschlecht, a.ausnahme, q.im_zaehler
FROM quote AS q
JOIN ziel_ausnahme AS a ON a.kundennr = q.case_id
LEFT JOIN person AS p ON p.kundennr = q.case_id
