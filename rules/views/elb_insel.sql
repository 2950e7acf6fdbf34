-- Zeiten als ELB über alle BG, verschmolzen, wo höchstens sieben Tage fehlen: kürzere Unterbrechungen sind keine Bewegung.
-- bg_nr_von und bg_nr_bis: die BG am Anfang und am Ende; bis NULL = offen.
CREATE VIEW elb_insel AS
WITH spanne AS (
  SELECT DISTINCT kundennr, bg_nr, von, coalesce(bis, DATE '9999-12-31') AS bis FROM elb_spanne
), beginn AS (
  SELECT kundennr, bg_nr, von, bis,
         von > 1 + param('bewegung_tage', von) + max(bis) OVER (PARTITION BY kundennr ORDER BY von, bis, bg_nr
                                                               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS neu
  FROM spanne
), nummeriert AS (
  SELECT kundennr, bg_nr, von, bis,
         count(*) FILTER (WHERE neu) OVER (PARTITION BY kundennr ORDER BY von, bis, bg_nr ROWS UNBOUNDED PRECEDING) AS nr
  FROM beginn
)
SELECT kundennr, min(von) AS von, nullif(max(bis), DATE '9999-12-31') AS bis,
       min(struct_pack(von, bg_nr)).bg_nr AS bg_nr_von, max(struct_pack(bis, bg_nr)).bg_nr AS bg_nr_bis
FROM nummeriert
GROUP BY kundennr, nr
