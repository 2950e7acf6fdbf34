WITH eintritt AS (
  SELECT i.integration_id, i.kundennr, i.beginn, i.beginn + param('nachbetreuung_tage', i.beginn) AS frist
  FROM integration AS i
  WHERE i.art = 'sv_beschaeftigung'
    -- die Betreuung endet meist mit dem Tag vor dem Eintritt
    AND EXISTS (SELECT 1 FROM intensivbetreuung AS b
                WHERE b.kundennr = i.kundennr AND b.von <= i.beginn AND coalesce(b.bis, i.beginn) >= greatest(b.von, i.beginn - 1))
), vermerkt AS (
  SELECT e.integration_id, e.kundennr, e.beginn, e.frist, min(k.am) AS vermerk_am
  FROM eintritt AS e
  LEFT JOIN kontakt AS k ON k.kundennr = e.kundennr AND k.vermerk AND k.am BETWEEN e.beginn AND least(e.frist, stichtag())
  GROUP BY e.integration_id, e.kundennr, e.beginn, e.frist
)
SELECT kundennr AS case_id, integration_id AS item, beginn, frist, vermerk_am, vermerk_am IS NULL AS violated
FROM vermerkt
WHERE frist < stichtag() OR vermerk_am IS NOT NULL
