WITH deckung AS (
  SELECT l.kundennr, l.von, w.antrag_am
  FROM luecke AS l
  JOIN anspruch AS a ON a.kundennr = l.kundennr AND a.von = l.bis + 1
  JOIN bewilligung AS w ON w.bg_nr = a.bg_nr AND l.bis + 1 BETWEEN w.von AND w.bis
  WHERE w.art IN ('vorlaeufig', 'abschliessend') AND w.angeordnet_am <= stichtag()
    -- eine ersetzte, etwa mit dem Ende des Falls verkürzte Entscheidung trägt den neuen Bezug nicht
    AND NOT EXISTS (SELECT 1 FROM bewilligung AS e
                    WHERE e.ersetzt_id = w.bewilligung_id AND e.bewilligung_id <> w.bewilligung_id
                      AND e.angeordnet_am <= stichtag())
)
SELECT l.kundennr AS case_id,
       CAST(l.bis + 1 AS VARCHAR) AS item,
       l.tage,
       l.bis + 1 AS beginn,
       last_day(l.bis + 1) AS antrag_spaetestens,
       CASE WHEN min(d.antrag_am) <= last_day(l.bis + 1) THEN FALSE
            WHEN count(d.antrag_am) = count(d.kundennr) THEN TRUE END AS violated
FROM luecke AS l
LEFT JOIN deckung AS d ON d.kundennr = l.kundennr AND d.von = l.von
WHERE l.klasse = 'ueber_31' AND l.bis < stichtag()
GROUP BY l.kundennr, l.von, l.bis, l.tage
