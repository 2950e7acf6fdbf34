SELECT i.kundennr AS case_id, i.integration_id AS item, i.art, i.beginn, i.ende, min(s.von) AS arbeitslos_von,
       count(s.kundennr) > 0 AS violated
FROM integration AS i
LEFT JOIN arbeitsmarktstatus AS s
  ON s.kundennr = i.kundennr AND s.status = 'arbeitslos' AND teilen_tag(s.von, s.bis, i.beginn, i.ende)
WHERE i.beginn <= least(i.ende, stichtag()) AND i.art <> 'geringfuegig'
GROUP BY i.kundennr, i.integration_id, i.art, i.beginn, i.ende
