-- Die Lücke wird zum Anspruch in der BG, in der er vorher bestand.
SELECT kundennr, bg_nr, von, bis, NULL AS case_id, NULL AS item
FROM anspruch
UNION ALL
SELECT l.kundennr, l.bg_nr, l.von, l.bis, u.case_id, u.item
FROM urteil('unterbrechung.grund_fehlt') AS u
JOIN luecke AS l ON l.kundennr = u.case_id AND CAST(l.von AS VARCHAR) = u.item
WHERE u.violated
