WITH zeitraum AS (
  SELECT CAST(anfang - to_months(param('kontinuierlich_monate', stichtag()) + param('kennzahl_monate', stichtag()) - 1) AS DATE) AS von,
         CAST(anfang - to_months(param('kontinuierlich_monate', stichtag()) - 1) AS DATE) - 1 AS bis
  FROM kennzahl_monat WHERE nr = 0
), eintritt AS (
  SELECT e.integration_id, e.kundennr, CAST(date_trunc('month', e.beginn) AS DATE) AS monat
  FROM eintritt_k2 AS e
  JOIN zeitraum AS z ON e.beginn BETWEEN z.von AND z.bis
  WHERE e.art = 'sv_beschaeftigung'
  QUALIFY row_number() OVER (PARTITION BY e.kundennr, date_trunc('month', e.beginn) ORDER BY e.beginn, e.integration_id) = 1
), folge AS (
  SELECT integration_id, kundennr, last_day(CAST(monat + to_months(nr) AS DATE)) AS tag
  FROM (SELECT integration_id, kundennr, monat,
               CAST(unnest(generate_series(1, param('kontinuierlich_monate', stichtag()))) AS INTEGER) AS nr
        FROM eintritt AS e
        WHERE EXISTS (SELECT 1 FROM elb_spanne AS s WHERE s.kundennr = e.kundennr AND deckt_tag(s.von, s.bis, e.monat - 1)))
)
SELECT f.kundennr AS case_id, f.integration_id AS item, any_value(p.geschlecht) AS geschlecht, bool_and(i.kundennr IS NOT NULL) AS im_zaehler
FROM folge AS f
LEFT JOIN integration AS i ON i.kundennr = f.kundennr AND i.art = 'sv_beschaeftigung' AND deckt_tag(i.beginn, i.ende, f.tag)
LEFT JOIN person AS p ON p.kundennr = f.kundennr
GROUP BY f.kundennr, f.integration_id
