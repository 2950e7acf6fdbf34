WITH bezugsmonat AS (
  SELECT anfang, CAST(anfang - to_months(param('kennzahl_monate', stichtag())) AS DATE) AS vorjahr FROM kennzahl_monat WHERE nr = 0
), betrag AS (
  -- gleiche Zeilen einer Tabelle ohne Schlüssel zählen einmal
  SELECT DISTINCT l.kundennr, l.bg_nr, l.monat, l.anspruch, l.monat = m.anfang AS aktuell
  FROM leistungsmonat AS l
  JOIN bezugsmonat AS m ON l.monat = m.anfang OR l.monat = m.vorjahr
)
SELECT l.kundennr AS case_id, l.bg_nr AS item, p.geschlecht, b.geschaeftsstelle,
       CAST(sum(l.anspruch) FILTER (WHERE l.aktuell) AS BIGINT) AS zaehler,
       CAST(sum(l.anspruch) FILTER (WHERE NOT l.aktuell) AS BIGINT) AS nenner
FROM betrag AS l
LEFT JOIN person AS p ON p.kundennr = l.kundennr
LEFT JOIN bg AS b ON b.bg_nr = l.bg_nr
GROUP BY l.kundennr, l.bg_nr, p.geschlecht, b.geschaeftsstelle
