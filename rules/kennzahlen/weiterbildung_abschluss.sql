SELECT m.kundennr AS case_id, m.teilnahme_id AS item, p.geschlecht, m.art = 'fbw_abschluss' AS im_zaehler
FROM massnahme AS m
LEFT JOIN person AS p ON p.kundennr = m.kundennr
WHERE list_contains(param('bildungsmassnahmen', m.von), m.art)
  AND m.von <= least(m.bis, stichtag()) AND m.von > stichtag() - to_months(param('kennzahl_monate', stichtag()))
