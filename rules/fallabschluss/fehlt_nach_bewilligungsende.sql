WITH letzte AS (
  SELECT p.bg_nr, p.von, p.bis, stichtag() - p.bis AS tage_offen
  FROM periode AS p
  JOIN bg AS b ON b.bg_nr = p.bg_nr
  LEFT JOIN bg_beendet AS x ON x.bg_nr = p.bg_nr
  WHERE b.eroeffnet_am <= stichtag() AND x.bg_nr IS NULL
  QUALIFY row_number() OVER (PARTITION BY p.bg_nr ORDER BY p.bis DESC, p.von DESC) = 1
), fortgang AS (
  SELECT l.bg_nr
  FROM letzte AS l
  JOIN bewilligung AS b ON b.bg_nr = l.bg_nr
  WHERE coalesce(least(b.erfasst_am, b.angeordnet_am) <= stichtag(), TRUE)
    AND (b.von > l.bis OR b.antrag_am > l.bis AND b.antrag_am <= stichtag())
  UNION
  SELECT l.bg_nr
  FROM letzte AS l
  JOIN fall_ende_wirksam AS f ON f.bg_nr = l.bg_nr
  WHERE f.kundennr IS NULL AND f.wiedereroeffnet_am IS NULL AND coalesce(f.ende >= l.von, TRUE)
)
SELECT l.bg_nr AS case_id,
       l.von AS letzte_bewilligung_von,
       l.bis AS letzte_bewilligung_bis,
       l.tage_offen,
       frist_3_monate(l.bis) AS heilbar_bis,
       l.tage_offen > param('bewilligungsende_tage', l.bis) AND f.bg_nr IS NULL AS violated
FROM letzte AS l
LEFT JOIN fortgang AS f ON f.bg_nr = l.bg_nr
