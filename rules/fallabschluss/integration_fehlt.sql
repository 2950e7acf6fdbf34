WITH beteiligt AS (
  SELECT f.fall_ende_id, m.kundennr
  FROM fall_ende_wirksam AS f
  JOIN bg_mitglied AS m ON m.bg_nr = f.bg_nr
  WHERE f.kundennr IS NULL
  UNION ALL
  SELECT fall_ende_id, kundennr FROM fall_ende_wirksam WHERE kundennr IS NOT NULL
)
SELECT f.bg_nr AS case_id,
       f.fall_ende_id AS item,
       f.ende,
       f.ende - param('abschluss_integration_tage', f.ende) AS frueher_beginn,
       f.ende + param('abschluss_integration_tage', f.ende) AS spaeter_beginn,
       CASE WHEN f.ende IS NOT NULL THEN NOT EXISTS (
         SELECT 1 FROM beteiligt AS b
         JOIN integration AS i ON i.kundennr = b.kundennr
         WHERE b.fall_ende_id = f.fall_ende_id
           AND abs(i.beginn - f.ende) <= param('abschluss_integration_tage', f.ende)) END AS violated
FROM fall_ende_wirksam AS f
WHERE f.grund = 'arbeitsaufnahme'
  AND coalesce(f.ende + param('abschluss_integration_tage', f.ende) < stichtag(), TRUE)
