WITH gespraech AS (
  SELECT kundennr, max(am) AS letztes_gespraech
  FROM kontakt
  WHERE art IN ('gespraech', 'telefon', 'video') AND vermerk AND zielbezug AND am <= stichtag()
  GROUP BY kundennr
), frist AS (
  SELECT e.kundennr, e.bg_nr, g.letztes_gespraech,
         CAST(stichtag() - to_months(param('ziel_vermerk_monate', stichtag())) AS DATE) AS fruehestens
  FROM elb_stichtag AS e
  LEFT JOIN gespraech AS g ON g.kundennr = e.kundennr
)
SELECT kundennr AS case_id,
       bg_nr,
       letztes_gespraech,
       fruehestens,
       coalesce(letztes_gespraech < fruehestens, TRUE) AS violated
FROM frist
