WITH urteile AS (
  SELECT case_id, item, violated, TRUE AS faellig FROM urteil('fallabschluss.verspaetet_angeordnet')
  UNION ALL
  SELECT case_id, item, violated, FALSE FROM urteil('fallabschluss.datum_widerspruechlich')
  UNION ALL
  SELECT case_id, item, violated, FALSE FROM urteil('fallabschluss.grund_fehlt')
)
SELECT case_id, item, alles_in_ordnung(violated) AS im_zaehler
FROM urteile
GROUP BY case_id, item
-- Fälle sind die des Fristurteils; die beiden anderen Urteile sprechen nur mit.
HAVING bool_or(faellig)
