WITH mangel AS (
  SELECT a.bg_nr, a.aenderung_id, a.kundennr, a.art, a.wirksam_ab, p.geburtsdatum, a.erfasst_am,
         CASE WHEN a.wirksam_ab IS NULL THEN 'fehlt'
              WHEN a.wirksam_ab > stichtag() + to_months(param('aenderung_vorlauf_monate', stichtag()))
                THEN 'liegt zu weit in der Zukunft'
              WHEN a.wirksam_ab < param('aenderung_fruehestes_datum', stichtag())
                THEN 'liegt vor dem Inkrafttreten des SGB II'
              WHEN a.wirksam_ab < p.geburtsdatum THEN 'liegt vor der Geburt der Person' END AS mangel
  FROM aenderung_bekannt AS a
  LEFT JOIN person AS p ON p.kundennr = a.kundennr
  WHERE a.kategorie IN ('relevant', 'festsetzung')
)
SELECT bg_nr AS case_id,
       aenderung_id AS item,
       kundennr,
       art,
       wirksam_ab,
       geburtsdatum,
       erfasst_am,
       mangel,
       mangel IS NOT NULL AS violated
FROM mangel
