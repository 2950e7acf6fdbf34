WITH fall AS (
  SELECT f.bg_nr, f.fall_ende_id, f.grund, f.ende,
         EXISTS (SELECT 1 FROM periode AS p WHERE p.bg_nr = f.bg_nr AND p.bis = f.ende) AS bewilligung_endet,
         EXISTS (SELECT 1 FROM bewilligung AS w
                 WHERE w.bg_nr = f.bg_nr AND w.art = 'aufhebung' AND w.von = f.ende + 1
                   AND w.angeordnet_am <= stichtag()) AS aufgehoben
  FROM fall_ende_wirksam AS f
  WHERE f.grund IN ('aufhebung', 'ablauf') AND f.ende IS NOT NULL
)
SELECT bg_nr AS case_id,
       fall_ende_id AS item,
       grund,
       ende,
       bewilligung_endet,
       aufgehoben,
       CASE grund WHEN 'aufhebung' THEN bewilligung_endet ELSE aufgehoben END AS violated
FROM fall
