-- Anspruchszeiten einer Person über alle BG, verschmolzen, wo sie sich überlappen oder aneinanderstoßen.
-- Das laufende Maximum (nicht die Vorzeile) trägt auch ineinanderliegende Zeiten; bis NULL = offen.
CREATE VIEW anspruch_insel AS
WITH spanne AS (
  -- DISTINCT: gleiche Zeilen stünden sonst in den beiden Fenstern in verschiedener Reihenfolge.
  SELECT DISTINCT kundennr, von, coalesce(bis, DATE '9999-12-31') AS bis
  FROM anspruch
  WHERE von <= coalesce(bis, von)
), beginn AS (
  SELECT kundennr, von, bis,
         von > 1 + max(bis) OVER (PARTITION BY kundennr ORDER BY von, bis
                                  ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS neu
  FROM spanne
), nummeriert AS (
  SELECT kundennr, von, bis,
         count(*) FILTER (WHERE neu) OVER (PARTITION BY kundennr ORDER BY von, bis
                                           ROWS UNBOUNDED PRECEDING) AS nr
  FROM beginn
)
SELECT kundennr, min(von) AS von, nullif(max(bis), DATE '9999-12-31') AS bis
FROM nummeriert
GROUP BY kundennr, nr
