WITH anlass AS (
  SELECT kundennr, teilnahme_id AS item, art AS anlass, von, bis
  FROM massnahme
  WHERE list_contains(param('status_nicht_arbeitslos_massnahmen', von), art)
  UNION ALL
  -- die ersten sechs Wochen Arbeitsunfähigkeit ändern den Status nicht
  SELECT kundennr, 'arbeitsunfaehig:' || CAST(von AS VARCHAR), 'Arbeitsunfähigkeit',
         von + param('au_unschaedlich_tage', von), max(coalesce(bis, stichtag()))
  FROM arbeitsmarktstatus
  WHERE status = 'arbeitsunfaehig'
  GROUP BY kundennr, von
)
SELECT a.kundennr AS case_id, a.item, a.anlass, a.von AS anlass_von, a.bis AS anlass_bis,
       min(s.von) AS arbeitslos_von,
       count(s.kundennr) > 0 AS violated
FROM anlass AS a
LEFT JOIN arbeitsmarktstatus AS s
  ON s.kundennr = a.kundennr AND s.status = 'arbeitslos' AND teilen_tag(s.von, s.bis, a.von, a.bis)
WHERE a.von <= least(a.bis, stichtag())
GROUP BY a.kundennr, a.item, a.anlass, a.von, a.bis
