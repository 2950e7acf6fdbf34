WITH im_status AS (
  SELECT kundennr, min(von) AS status_von
  FROM arbeitsmarktstatus
  WHERE status = 'in_massnahme' AND deckt_tag(von, bis, stichtag())
  GROUP BY kundennr
), letzte AS (
  SELECT kundennr, max(least(bis, stichtag())) AS massnahme_bis
  FROM massnahme
  WHERE von <= least(bis, stichtag())
  GROUP BY kundennr
)
SELECT s.kundennr AS case_id, s.status_von, l.massnahme_bis, stichtag() - l.massnahme_bis AS tage_nach_ende,
       stichtag() - l.massnahme_bis > param('status_nach_massnahme_tage', l.massnahme_bis) AS violated
FROM im_status AS s
LEFT JOIN letzte AS l ON l.kundennr = s.kundennr
