-- Wer an einem Tag für eine Person zuständig ist, Vertretungen eingeschlossen.
CREATE MACRO ifk_am(kunde, tag) AS TABLE
SELECT DISTINCT ifk, team, vertretung IS TRUE AS vertretung
FROM zustaendigkeit
WHERE kundennr = kunde AND von <= tag AND coalesce(bis, tag) >= tag
