WITH stand AS (
  SELECT kundennr, vv_id, am,
         CASE WHEN coalesce(ergebnis_am <= stichtag(), TRUE) THEN ergebnis END AS ergebnis
  FROM vermittlungsvorschlag
  WHERE art = 'anoav' AND am <= stichtag()
    AND am > stichtag() - to_months(param('vv_zeitraum_monate', stichtag()))
), bewertet AS (
  SELECT kundennr, vv_id, am,
         CASE WHEN ergebnis IN ('erfolgreich', 'erfolglos') THEN ergebnis = 'erfolgreich'
              WHEN stichtag() - am > param('vv_offen_tage', am) THEN FALSE END AS im_zaehler
  FROM stand
)
SELECT b.kundennr AS case_id, b.vv_id AS item, p.geschlecht, b.im_zaehler
FROM bewertet AS b
LEFT JOIN person AS p ON p.kundennr = b.kundennr
WHERE b.im_zaehler IS NOT NULL
