-- Bezugstage im Fenster bis zu einem Tag und Langzeitbezug (§ 6 SGB2§48aFKV: ELB und mindestens 638 von 730 Tagen).
CREATE MACRO lzb_am(tag) AS TABLE
WITH bezug AS (
  SELECT kundennr,
         CAST(sum(least(bis, tag) - greatest(von, tag - param('lzb_fenster_tage', tag) + 1) + 1) AS INTEGER) AS tage
  FROM anspruch_insel
  WHERE von <= tag AND coalesce(bis, tag) > tag - param('lzb_fenster_tage', tag)
  GROUP BY kundennr
)
SELECT b.kundennr, b.tage,
       e.kundennr IS NOT NULL AND b.tage >= param('lzb_mindesttage', tag) AS lzb
FROM bezug AS b
LEFT JOIN elb_am(tag) AS e ON e.kundennr = b.kundennr
