SELECT kundennr AS case_id, teilnahme_id AS item, art, bis, stichtag() - bis AS tage_nach_ende,
       text_leer(ergebnis, bis) AS violated
FROM massnahme
WHERE list_contains(param('bildungsmassnahmen', bis), art) AND von <= bis
  AND bis <= stichtag() AND bis > stichtag() - to_months(param('kennzahl_monate', stichtag()))
  AND (bis + param('massnahme_ergebnis_tage', bis) < stichtag() OR NOT text_leer(ergebnis, bis))
