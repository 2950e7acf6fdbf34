WITH folge AS (
  SELECT bg_nr, bewilligung_id, von, bis, antrag_am,
         max(bis) OVER (PARTITION BY bg_nr ORDER BY von
                        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS vorher_bis
  FROM periode
)
SELECT bg_nr AS case_id,
       bewilligung_id AS item,
       vorher_bis,
       von AS beginn,
       von - vorher_bis - 1 AS tage,
       antrag_am,
       frist_3_monate(vorher_bis + 1) AS heilbar_bis,
       antrag_am <= vorher_bis AS violated
FROM folge
WHERE von <= stichtag()
  AND von - vorher_bis - 1 BETWEEN 1 AND param('scheinunterbrechung_tage', von)
