WITH ende AS (
  SELECT teilnahme_id, kundennr, art, bis, bis - param('absolvent_vorher_tage', bis) AS fruehestens,
         bis + param('absolvent_nachher_tage', bis) AS spaetestens,
         CASE WHEN absolventengespraech_am <= stichtag() THEN absolventengespraech_am END AS absolventengespraech_am
  FROM massnahme
  WHERE list_contains(param('bildungsmassnahmen', bis), art) AND von <= bis
    AND bis <= stichtag() AND bis > stichtag() - to_months(param('kennzahl_monate', stichtag()))
), beurteilt AS (
  SELECT *, coalesce(absolventengespraech_am BETWEEN fruehestens AND spaetestens, FALSE) AS rechtzeitig FROM ende
)
SELECT kundennr AS case_id, teilnahme_id AS item, art, bis, fruehestens, spaetestens, absolventengespraech_am,
       NOT rechtzeitig AS violated
FROM beurteilt
WHERE rechtzeitig OR spaetestens < stichtag()
