WITH storno AS (
  SELECT aenderung_id, bg_nr, kundennr, art, wirksam_ab, storniert_am
  FROM aenderung
  WHERE storniert_am <= stichtag()
)
SELECT s.bg_nr AS case_id,
       s.aenderung_id AS item,
       s.art,
       s.wirksam_ab,
       s.storniert_am,
       count(o.aenderung_id) AS weitere,
       count(o.aenderung_id) > 0 AS violated
FROM storno AS s
LEFT JOIN storno AS o
  ON o.bg_nr = s.bg_nr AND o.art = s.art
  AND o.kundennr IS NOT DISTINCT FROM s.kundennr
  AND o.wirksam_ab IS NOT DISTINCT FROM s.wirksam_ab
  AND o.aenderung_id <> s.aenderung_id
  AND abs(o.storniert_am - s.storniert_am) <= param('storno_wiederholung_tage', stichtag())
GROUP BY s.bg_nr, s.aenderung_id, s.art, s.wirksam_ab, s.storniert_am
