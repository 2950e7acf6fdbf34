-- Bewilligungszeiträume: angeordnet, vorläufig oder abschließend, von keiner anderen angeordneten Entscheidung ersetzt.
-- Gleicher Beginn in einer BG = ein Zeitraum: spätestes Ende, frühester Antrag, kleinste Nummer.
CREATE VIEW periode AS
WITH wirksam AS (
  SELECT bewilligung_id, bg_nr, von, bis, art, antrag_am, ersetzt_id
  FROM bewilligung
  WHERE angeordnet_am <= stichtag()
)
SELECT w.bg_nr, w.von, max(w.bis) AS bis, min(w.antrag_am) AS antrag_am, min(w.bewilligung_id) AS bewilligung_id
FROM wirksam AS w
WHERE w.art IN ('vorlaeufig', 'abschliessend')
  AND w.von <= w.bis
  AND NOT EXISTS (SELECT 1 FROM wirksam AS e
                  WHERE e.ersetzt_id = w.bewilligung_id AND e.bewilligung_id <> w.bewilligung_id)
GROUP BY w.bg_nr, w.von
