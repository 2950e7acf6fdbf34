SELECT e.kundennr AS case_id, p.geschlecht, l.lzb AS im_zaehler
FROM elb_stichtag AS e
JOIN lzb_tage AS l ON l.kundennr = e.kundennr
LEFT JOIN person AS p ON p.kundennr = e.kundennr
-- Reichen die Daten nicht über das Fenster, ist niemand als Langzeitbezieher erkennbar: keine Zeile.
WHERE (SELECT min(von) FROM anspruch) <= stichtag() - param('lzb_fenster_tage', stichtag()) + 1
