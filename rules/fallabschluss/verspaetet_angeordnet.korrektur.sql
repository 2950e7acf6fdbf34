-- Bestimmt sind nur offene Abschlüsse: Was angeordnet ist, wirkt schon. Ein wiedereröffneter Fall, oder einer mit einer
-- späteren Bewilligung, läuft vielleicht zu Recht weiter. Bei mehreren Enden gilt das früheste.
WITH offen AS (
  SELECT f.bg_nr, f.kundennr, f.ende AS tag, u.case_id, u.item
  FROM urteil('fallabschluss.verspaetet_angeordnet') AS u
  JOIN fall_ende_bekannt AS f ON f.fall_ende_id = u.item
  WHERE u.violated AND f.angeordnet_am IS NULL AND f.wiedereroeffnet_am IS NULL
    AND NOT EXISTS (SELECT 1 FROM periode AS p WHERE p.bg_nr = f.bg_nr AND p.von > f.ende)
)
SELECT a.kundennr, a.bg_nr, a.von, least(a.bis, min(o.tag)) AS bis,
       min(o.case_id) AS case_id, arg_min(o.item, (o.tag, o.item)) AS item
FROM anspruch AS a
LEFT JOIN offen AS o ON o.bg_nr = a.bg_nr AND coalesce(o.kundennr = a.kundennr, TRUE)
GROUP BY a.kundennr, a.bg_nr, a.von, a.bis
