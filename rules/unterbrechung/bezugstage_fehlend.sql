SELECT kundennr AS case_id,
       CAST(von AS VARCHAR) AS item,
       von AS luecke_von,
       bis AS luecke_bis,
       tage,
       klasse = '1-7' AS violated
FROM luecke
WHERE bis < stichtag() AND bis > stichtag() - param('lzb_fenster_tage', stichtag())
