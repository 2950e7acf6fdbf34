WITH gefoerdert AS (
  SELECT i.integration_id, i.kundennr, i.beginn, i.art, i.foerderung, max(m.art) AS massnahme,
         list_contains(param('k2_foerderung_ausgenommen', i.beginn), i.foerderung) AS nach_foerderung
  FROM integration AS i
  -- nur eine Maßnahme, die am selben Tag beginnt: das Ende einer früheren ist oft nicht gepflegt
  LEFT JOIN massnahme AS m
    ON m.kundennr = i.kundennr AND m.von = i.beginn AND list_contains(param('k2_massnahmen_ausgenommen', m.von), m.art)
  WHERE i.beginn <= stichtag()
  GROUP BY i.integration_id, i.kundennr, i.beginn, i.art, i.foerderung
)
SELECT kundennr AS case_id, integration_id AS item, beginn, art, foerderung, massnahme,
       list_contains(param('k2_arten', beginn), art) AS violated
FROM gefoerdert
WHERE nach_foerderung OR massnahme IS NOT NULL
