WITH mitglied AS (
  SELECT m.kundennr, p.geburtsdatum, altersgrenze(p.geburtsdatum) AS grenze
  FROM mitgliedschaft AS m
  LEFT JOIN person AS p ON p.kundennr = m.kundennr
  WHERE m.personengruppe = 'ELB'
  GROUP BY m.kundennr, p.geburtsdatum
), bezug AS (
  SELECT kundennr, min(bg_nr) AS bg_nr, max(coalesce(bis, stichtag())) AS elb_bis
  FROM elb_spanne
  WHERE von <= stichtag()
  GROUP BY kundennr
)
SELECT m.kundennr AS case_id,
       b.bg_nr,
       m.geburtsdatum,
       m.grenze AS altersgrenze_am,
       b.elb_bis,
       frist_3_monate(m.grenze) AS heilbar_bis,
       CASE WHEN m.grenze IS NOT NULL THEN coalesce(b.elb_bis > m.grenze, FALSE) END AS violated
FROM mitglied AS m
LEFT JOIN bezug AS b ON b.kundennr = m.kundennr
WHERE coalesce(m.grenze < stichtag(), TRUE)
