WITH alleinerziehend AS (
  SELECT e.kundennr, e.bg_nr, e.nr, e.ende, t.geschaeftsstelle
  FROM elb_monat AS e
  JOIN bg AS t ON t.bg_nr = e.bg_nr AND t.bg_typ = 'alleinerziehend'
  WHERE EXISTS (SELECT 1 FROM bg_mitglied AS h
                WHERE h.kundennr = e.kundennr AND h.bg_nr = e.bg_nr AND h.rolle = 'hauptperson' AND deckt_tag(h.von, h.bis, e.ende))
), je_person AS (
  SELECT e.kundennr, e.bg_nr, e.geschaeftsstelle,
         count(*) FILTER (WHERE i.k2 AND e.nr >= 1) AS zaehler,
         count(*) FILTER (WHERE e.nr < param('kennzahl_monate', stichtag())) AS nenner
  FROM alleinerziehend AS e
  LEFT JOIN eintritt_monat AS i ON i.kundennr = e.kundennr AND i.vormonat = e.ende
  GROUP BY e.kundennr, e.bg_nr, e.geschaeftsstelle
)
SELECT j.kundennr AS case_id, j.bg_nr AS item, p.geschlecht, j.geschaeftsstelle, j.zaehler, j.nenner
FROM je_person AS j
LEFT JOIN person AS p ON p.kundennr = j.kundennr
