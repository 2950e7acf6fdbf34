WITH ziel AS (
  SELECT z.kundennr, z.stand, i.team,
         arbeitstag(z.stand, param('massenpflege_arbeitstage', stichtag())) >= stichtag() AS spaet
  FROM ziel_gueltig AS z
  JOIN ifk_stichtag AS i ON i.kundennr = z.kundennr
  WHERE z.stand >= stichtag() - to_months(param('ziel_pruefung_monate', stichtag()))
), anteil AS (
  SELECT kundennr, stand, spaet,
         count(*) FILTER (spaet) OVER (PARTITION BY team) AS spaete,
         count(*) OVER (PARTITION BY team) AS alle
  FROM ziel
)
SELECT kundennr AS case_id,
       stand,
       spaete,
       alle,
       spaet AND spaete > alle * param('massenpflege_anteil', stichtag()) AS violated
FROM anteil
