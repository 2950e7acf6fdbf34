WITH monat AS (
  SELECT CAST(date_trunc('month', stichtag() + 1) - to_months(nr) AS DATE) AS erster,
         last_day(CAST(date_trunc('month', stichtag() + 1) - to_months(nr) AS DATE)) AS letzter
  FROM (SELECT CAST(unnest(generate_series(1, param('intensiv_rueckblick_monate', stichtag()))) AS INTEGER) AS nr)
), stelle AS (
  SELECT m.mitarbeiter AS ifk, m.team, m.geschaeftsstelle, t.erster, t.letzter
  FROM mitarbeiter AS m
  JOIN monat AS t ON m.von <= t.erster AND coalesce(m.bis, t.letzter) >= t.letzter
  WHERE m.funktion = 'ifk'
), gespraech AS (
  SELECT DISTINCT kundennr, CAST(date_trunc('month', am) AS DATE) AS erster
  FROM kontakt
  WHERE art IN ('gespraech', 'telefon', 'video')
), betreut AS (
  SELECT s.ifk, s.erster, b.kundennr,
         bool_or(coalesce(b.bis, s.letzter) >= s.letzter) AS am_ende,
         bool_or(b.von <= s.erster AND coalesce(b.bis, s.letzter) >= s.letzter) AND g.kundennr IS NULL AS ohne_gespraech,
         bool_or(b.bis <= s.letzter AND b.abbruchgrund IS NULL
           AND b.bis + 1 < b.von + to_months(param('intensiv_monate', b.von))) AS zu_frueh
  FROM stelle AS s
  JOIN intensivbetreuung AS b
    ON b.ifk = s.ifk AND b.von <= s.letzter AND coalesce(b.bis, s.letzter) >= greatest(b.von, s.erster)
  LEFT JOIN gespraech AS g ON g.kundennr = b.kundennr AND g.erster = s.erster
  GROUP BY s.ifk, s.erster, b.kundennr, g.kundennr
)
SELECT s.ifk AS case_id, CAST(s.erster AS VARCHAR) AS item, s.team, s.geschaeftsstelle,
       count(*) FILTER (WHERE b.am_ende) >= param('intensiv_anzahl', s.letzter)
         AND NOT coalesce(bool_or(b.ohne_gespraech OR b.zu_frueh), FALSE) AS im_zaehler
FROM stelle AS s
LEFT JOIN betreut AS b ON b.ifk = s.ifk AND b.erster = s.erster
GROUP BY s.ifk, s.erster, s.letzter, s.team, s.geschaeftsstelle
