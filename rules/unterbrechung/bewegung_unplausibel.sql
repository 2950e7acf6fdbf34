SELECT kundennr AS case_id,
       CAST(von AS VARCHAR) AS item,
       von AS luecke_von,
       bis AS luecke_bis,
       tage,
       klasse = '8-31' AS violated
FROM luecke
WHERE bis < stichtag() AND bis >= stichtag() - to_months(param('kennzahl_monate', stichtag()))
