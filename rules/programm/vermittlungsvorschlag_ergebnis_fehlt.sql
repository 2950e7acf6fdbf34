WITH stand AS (
  SELECT vv_id, kundennr, art, am, coalesce(ergebnis <> 'offen' AND coalesce(ergebnis_am <= stichtag(), TRUE), FALSE) AS entschieden
  FROM vermittlungsvorschlag
  WHERE am <= stichtag() AND am > stichtag() - to_months(param('vv_zeitraum_monate', stichtag()))
)
SELECT kundennr AS case_id, vv_id AS item, art, am, stichtag() - am AS tage_offen, NOT entschieden AS violated
FROM stand
WHERE entschieden OR stichtag() - am > param('vv_offen_tage', am)
