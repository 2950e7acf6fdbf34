WITH fenster AS (
  SELECT CAST(stichtag() - to_months(param('u25_angebot_monate', stichtag())) AS DATE) AS grenze
), arbeitslos AS (
  SELECT e.kundennr, e.bg_nr, min(s.von) AS arbeitslos_von
  FROM elb_stichtag AS e
  JOIN arbeitsmarktstatus AS s ON s.kundennr = e.kundennr
  WHERE s.status = 'arbeitslos' AND deckt_tag(s.von, s.bis, stichtag())
  GROUP BY e.kundennr, e.bg_nr
), angebot AS (
  SELECT m.kundennr FROM massnahme AS m, fenster AS f WHERE teilen_tag(m.von, m.bis, f.grenze, stichtag())
  UNION
  SELECT v.kundennr FROM vermittlungsvorschlag AS v, fenster AS f WHERE v.am BETWEEN f.grenze AND stichtag()
  UNION
  SELECT k.kundennr FROM kontakt AS k, fenster AS f
  WHERE k.am BETWEEN f.grenze AND stichtag() AND list_contains(param('u25_angebot_kontakte', k.am), k.art)
)
SELECT a.kundennr AS case_id, a.bg_nr, p.geburtsdatum, a.arbeitslos_von, f.grenze,
       CASE WHEN o.kundennr IS NOT NULL THEN FALSE
            WHEN p.geburtsdatum IS NOT NULL THEN TRUE END AS violated
FROM arbeitslos AS a
CROSS JOIN fenster AS f
LEFT JOIN person AS p ON p.kundennr = a.kundennr
LEFT JOIN angebot AS o ON o.kundennr = a.kundennr
WHERE stichtag() - a.arbeitslos_von > param('u25_angebot_tage', stichtag())
  AND coalesce(im_kalender(p.geburtsdatum + to_months(param('u25_alter_monate', stichtag()))) > stichtag(), TRUE)
