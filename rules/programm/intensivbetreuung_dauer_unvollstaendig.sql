WITH spanne AS (
  SELECT kundennr, von, max(coalesce(bis, DATE '9999-12-31')) AS bis, max(abbruchgrund) AS abbruchgrund
  FROM intensivbetreuung
  WHERE von <= coalesce(bis, von)
  GROUP BY kundennr, von
), beendet AS (
  -- ein Wechsel der Fachkraft beendet die Betreuung nicht
  SELECT s.kundennr, s.von, s.bis, s.abbruchgrund, min(v.von) AS betreut_seit
  FROM spanne AS s
  JOIN spanne AS v ON v.kundennr = s.kundennr AND v.bis >= s.von - 1
  WHERE s.bis <= stichtag()
    AND NOT EXISTS (SELECT 1 FROM spanne AS n WHERE n.kundennr = s.kundennr AND n.von <= s.bis + 1 AND n.bis > s.bis)
  GROUP BY s.kundennr, s.von, s.bis, s.abbruchgrund
)
SELECT kundennr AS case_id, CAST(von AS VARCHAR) AS item, von AS beginn, bis AS ende, betreut_seit, abbruchgrund,
       abbruchgrund IS NULL AND bis + 1 < betreut_seit + to_months(param('intensiv_monate', betreut_seit)) AS violated
FROM beendet
