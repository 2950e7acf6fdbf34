-- Bezugstage im Fenster bis zu einem Tag und Langzeitbezug (§ 6 SGB2§48aFKV: ELB und mindestens 638 von 730 Tagen).
CREATE MACRO lzb_am(tag) AS TABLE
WITH fenster AS (
  SELECT CAST(tag AS DATE) AS bis, CAST(tag AS DATE) - param('lzb_fenster_tage', tag) + 1 AS von
), bezug AS (
  SELECT i.kundennr, CAST(sum(least(i.bis, f.bis) - greatest(i.von, f.von) + 1) AS INTEGER) AS tage
  FROM anspruch_insel AS i
  JOIN fenster AS f ON i.von <= f.bis AND coalesce(i.bis, f.bis) >= f.von
  GROUP BY i.kundennr
)
SELECT b.kundennr, b.tage,
       e.kundennr IS NOT NULL AND b.tage >= param('lzb_mindesttage', tag) AS lzb
FROM bezug AS b
LEFT JOIN elb_am(tag) AS e ON e.kundennr = b.kundennr
