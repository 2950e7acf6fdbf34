WITH letzte AS (
  SELECT b.bg_nr, max(p.bis) AS bis
  FROM bg_laufend AS b
  JOIN periode AS p ON p.bg_nr = b.bg_nr
  GROUP BY b.bg_nr
)
SELECT l.bg_nr AS case_id,
       l.bis,
       l.bis - stichtag() AS tage,
       l.bis <= stichtag() + param('bewilligung_vorwarnung_tage', stichtag())
         AND NOT EXISTS (SELECT 1 FROM bewilligung AS w
                         WHERE w.bg_nr = l.bg_nr AND w.von > l.bis
                           AND coalesce(least(w.erfasst_am, w.angeordnet_am) <= stichtag(), TRUE))
         AND NOT EXISTS (SELECT 1 FROM fall_ende_bekannt AS f
                         WHERE f.bg_nr = l.bg_nr AND f.kundennr IS NULL AND f.ende >= stichtag()) AS violated
FROM letzte AS l
WHERE l.bis >= stichtag()
