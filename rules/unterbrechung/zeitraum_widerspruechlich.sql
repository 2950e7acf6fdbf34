WITH naechste AS (
  -- Je Unterbrechung die Pause im Anspruch, deren Beginn ihrem Beginn am nächsten liegt.
  SELECT u.kundennr, u.unterbrechung_id, u.bg_nr, u.von, u.bis, u.grund,
         p.bezug_von, p.von AS luecke_von, p.bis AS luecke_bis
  FROM unterbrechung_wirksam AS u
  LEFT JOIN bezugspause AS p ON p.kundennr = u.kundennr AND p.bezug_von <= stichtag()
  WHERE u.von <= stichtag() AND u.grund IS DISTINCT FROM 'minderung'
  QUALIFY row_number() OVER (PARTITION BY u.unterbrechung_id ORDER BY abs(p.von - u.von), p.von) = 1
)
SELECT kundennr AS case_id,
       unterbrechung_id AS item,
       bg_nr,
       von AS erfasst_von,
       bis AS erfasst_bis,
       grund,
       luecke_von,
       luecke_bis,
       frist_3_monate(von) AS heilbar_bis,
       CASE WHEN bezug_von IS NOT NULL
            THEN NOT coalesce(luecke_von = von AND coalesce(luecke_bis >= stichtag() OR luecke_bis = bis,
                                                            luecke_bis IS NULL), FALSE) END AS violated
FROM naechste
