WITH monat AS (
  -- Zwölf Monatsenden und das davor: 0 = der letzte Monat, der bis zum Stichtag geendet hat.
  SELECT nr, last_day(CAST(date_trunc('month', stichtag() + 1) - to_months(1 + nr) AS DATE)) AS ende
  FROM (SELECT CAST(unnest(generate_series(0, param('kennzahl_monate', stichtag()))) AS INTEGER) AS nr)
), elb AS (
  SELECT DISTINCT s.kundennr, m.nr, m.ende
  FROM elb_spanne AS s
  JOIN monat AS m ON s.von <= m.ende AND coalesce(s.bis, m.ende) >= m.ende
), eintritt AS (
  SELECT DISTINCT kundennr, CAST(date_trunc('month', beginn) AS DATE) - 1 AS vormonat
  FROM integration
  WHERE art IN ('sv_beschaeftigung', 'ausbildung', 'selbstaendigkeit')
    AND coalesce(foerderung NOT IN ('agh', 'par16i', 'par16e_alt'), TRUE)
), je_person AS (
  SELECT e.kundennr,
         count(i.kundennr) FILTER (WHERE e.nr >= 1) AS zaehler,
         count(*) FILTER (WHERE e.nr < param('kennzahl_monate', stichtag())) AS nenner
  FROM elb AS e
  LEFT JOIN eintritt AS i ON i.kundennr = e.kundennr AND i.vormonat = e.ende
  GROUP BY e.kundennr
)
SELECT j.kundennr AS case_id, p.geschlecht, j.zaehler, j.nenner
FROM je_person AS j
LEFT JOIN person AS p ON p.kundennr = j.kundennr
