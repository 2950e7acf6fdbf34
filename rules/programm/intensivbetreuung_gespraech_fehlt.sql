WITH monat AS (
  SELECT CAST(date_trunc('month', stichtag() + 1) - to_months(nr) AS DATE) AS erster,
         last_day(CAST(date_trunc('month', stichtag() + 1) - to_months(nr) AS DATE)) AS letzter
  FROM (SELECT CAST(unnest(generate_series(1, param('intensiv_rueckblick_monate', stichtag()))) AS INTEGER) AS nr)
), betreut AS (
  SELECT i.kundennr, m.erster, m.letzter
  FROM intensivbetreuung AS i
  JOIN monat AS m ON i.von <= m.erster AND coalesce(i.bis, m.letzter) >= m.letzter
)
SELECT b.kundennr AS case_id, CAST(b.erster AS VARCHAR) AS item, b.erster AS monat, max(k.am) AS letztes_gespraech,
       count(k.kundennr) = 0 AS violated
FROM betreut AS b
LEFT JOIN kontakt AS k
  ON k.kundennr = b.kundennr AND k.am BETWEEN b.erster AND b.letzter AND list_contains(param('kontakt_arten', k.am), k.art)
GROUP BY b.kundennr, b.erster
