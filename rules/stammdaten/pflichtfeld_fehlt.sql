WITH angabe AS (
  SELECT e.kundennr,
         unnest(['geburtsdatum', 'geschlecht', 'staatsangehoerigkeit', 'plz', 'ags']) AS feld,
         unnest([CAST(p.geburtsdatum AS VARCHAR), p.geschlecht, p.staatsangehoerigkeit, p.plz, p.ags]) AS wert
  FROM elb_stichtag AS e
  LEFT JOIN person AS p ON p.kundennr = e.kundennr
)
SELECT kundennr AS case_id,
       feld AS item,
       nullif(trim(wert), '') IS NULL AS violated
FROM angabe
WHERE list_contains(param('pflichtfelder_person', stichtag()), feld)
