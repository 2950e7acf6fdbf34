WITH fall AS (
  SELECT minderung_id, kundennr, prozent, von, bis
  FROM minderung
  WHERE von <= stichtag() AND bis >= von
    AND coalesce(grund <> 'arbeitsverweigerung', TRUE)
)
SELECT m.kundennr AS case_id,
       m.minderung_id AS item,
       m.von,
       count(*) AS anzahl,
       sum(o.prozent) AS summe,
       param('minderung_summe_prozent', m.von) AS hoechstens,
       CASE WHEN count(*) = 1 THEN FALSE
            WHEN sum(o.prozent) > param('minderung_summe_prozent', m.von) THEN TRUE
            WHEN count(o.prozent) = count(*) THEN FALSE END AS violated
FROM fall AS m
JOIN fall AS o ON o.kundennr = m.kundennr AND m.von BETWEEN o.von AND o.bis
GROUP BY m.kundennr, m.minderung_id, m.von
