-- Ausgewiesene Ausnahme einer ELB am Stichtag, die erste, die zutrifft; sie wird gezeigt und nie verborgen.
CREATE VIEW ziel_ausnahme AS
WITH grund AS (
  SELECT kundennr, 1 AS rang, 'par10' AS ausnahme
  FROM arbeitsmarktstatus
  WHERE status = 'par10' AND von <= stichtag() AND coalesce(bis, stichtag()) >= stichtag()
  UNION ALL
  SELECT kundennr, 2, 'ausbildung'
  FROM integration
  WHERE art = 'ausbildung' AND beginn <= stichtag() AND coalesce(ende, stichtag()) >= stichtag()
  UNION ALL
  SELECT kundennr, 3, 'arbeitsunfaehig'
  FROM arbeitsmarktstatus
  WHERE status = 'arbeitsunfaehig' AND coalesce(bis, stichtag()) >= stichtag()
    AND von <= stichtag() - to_months(param('ausnahme_arbeitsunfaehig_monate', stichtag()))
  UNION ALL
  SELECT kundennr, 4, 'neu'
  FROM anspruch_insel
  WHERE von <= stichtag() AND stichtag() - von < param('ausnahme_neu_tage', stichtag())
    AND coalesce(bis, stichtag()) >= stichtag()
)
SELECT e.kundennr, arg_min(g.ausnahme, g.rang) AS ausnahme
FROM elb_stichtag AS e
JOIN grund AS g ON g.kundennr = e.kundennr
GROUP BY e.kundennr
