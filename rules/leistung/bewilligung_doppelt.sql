WITH ende AS (
  SELECT bg_nr, von
  FROM bewilligung
  WHERE art IN ('aufhebung', 'versagung', 'entziehung') AND angeordnet_am <= stichtag()
), paar AS (
  SELECT p.bewilligung_id, f.bewilligung_id AS andere_id, f.von AS anderer_beginn, f.bis AS anderes_ende
  FROM periode AS p
  JOIN periode AS f ON f.bg_nr = p.bg_nr AND f.von < p.von AND f.bis >= p.von
  WHERE NOT EXISTS (SELECT 1 FROM ende AS a WHERE a.bg_nr = p.bg_nr AND a.von BETWEEN f.von AND p.von)
)
SELECT p.bg_nr AS case_id,
       p.bewilligung_id AS item,
       p.von,
       p.bis,
       min(u.andere_id) AS andere_id,
       min(u.anderer_beginn) AS anderer_beginn,
       max(u.anderes_ende) AS anderes_ende,
       count(u.bewilligung_id) > 0 AS violated
FROM periode AS p
LEFT JOIN paar AS u ON u.bewilligung_id = p.bewilligung_id
GROUP BY p.bg_nr, p.bewilligung_id, p.von, p.bis
