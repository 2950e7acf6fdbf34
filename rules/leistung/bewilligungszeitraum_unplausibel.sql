WITH fall AS (
  SELECT bewilligung_id, bg_nr, von, bis, art,
         im_kalender(von + to_months(CASE art WHEN 'abschliessend' THEN param('bewilligung_monate', von)
                                              ELSE param('bewilligung_vorlaeufig_monate', von) END)) - 1 AS erwartetes_ende
  FROM bewilligung
  WHERE angeordnet_am <= stichtag()
    AND (art = 'vorlaeufig' OR art = 'abschliessend' AND ersetzt_id IS NULL)
    AND bis >= stichtag() AND bis >= von
)
SELECT bg_nr AS case_id,
       bewilligung_id AS item,
       art,
       von,
       bis,
       erwartetes_ende,
       bis <> erwartetes_ende AS violated
FROM fall
