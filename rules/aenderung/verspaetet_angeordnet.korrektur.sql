-- Bestimmt sind nur offene Änderungen, die den Anspruch einer Person sicher beenden: Tod und Altersgrenze überall, ein Auszug
-- in dieser BG, sofern sie dort nicht später neu beginnt. Alle anderen Arten ändern Höhe oder Personenkreis: nicht bestimmt.
WITH offen AS (
  SELECT f.bg_nr, f.kundennr, f.art, u.case_id, u.item,
         CASE f.art WHEN 'tod' THEN last_day(coalesce(p.tod_am, f.wirksam_ab)) ELSE f.wirksam_ab - 1 END AS tag
  FROM urteil('aenderung.verspaetet_angeordnet') AS u
  JOIN aenderung_fristfall AS f ON f.aenderung_id = u.item
  LEFT JOIN person AS p ON p.kundennr = f.kundennr
  WHERE u.violated AND f.angeordnet_am IS NULL AND f.art IN ('tod', 'altersgrenze', 'auszug')
)
SELECT a.kundennr, a.bg_nr, a.von, least(a.bis, min(o.tag)) AS bis,
       arg_min(o.case_id, (o.tag, o.item)) AS case_id, arg_min(o.item, (o.tag, o.item)) AS item
FROM anspruch AS a
LEFT JOIN offen AS o ON o.kundennr = a.kundennr AND (o.art <> 'auszug' OR o.bg_nr = a.bg_nr AND a.von <= o.tag)
GROUP BY a.kundennr, a.bg_nr, a.von, a.bis
