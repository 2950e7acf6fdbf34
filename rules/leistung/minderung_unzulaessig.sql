WITH recht AS (
  SELECT minderung_id, kundennr, grund, prozent, von, bis, pflichtverletzung_am,
         CASE grund WHEN 'pflichtverletzung' THEN param('minderung_pflichtverletzung_prozent', pflichtverletzung_am)
                    WHEN 'meldeversaeumnis' THEN param('minderung_meldeversaeumnis_prozent', pflichtverletzung_am)
                    WHEN 'arbeitsverweigerung' THEN param('minderung_arbeitsverweigerung_prozent', pflichtverletzung_am)
         END AS stufen,
         CASE grund WHEN 'pflichtverletzung' THEN param('minderung_pflichtverletzung_monate', pflichtverletzung_am)
                    WHEN 'meldeversaeumnis' THEN param('minderung_meldeversaeumnis_monate', pflichtverletzung_am)
                    WHEN 'arbeitsverweigerung' THEN param('minderung_arbeitsverweigerung_monate', pflichtverletzung_am)
         END AS dauern
  FROM minderung
  WHERE von <= stichtag() AND coalesce(bis, von) >= von
), fall AS (
  SELECT *,
         coalesce(list_extract(dauern, list_position(list_transform(stufen, lambda s: CAST(s AS DOUBLE)),
                                                     CAST(prozent AS DOUBLE))), 0) AS hoechstens_monate
  FROM recht
)
SELECT kundennr AS case_id,
       minderung_id AS item,
       grund,
       prozent,
       von,
       bis,
       pflichtverletzung_am,
       list_aggregate(stufen, 'string_agg', ', ') AS zulaessige_prozent,
       hoechstens_monate,
       CASE WHEN stufen IS NOT NULL AND prozent IS NOT NULL
            THEN bis >= im_kalender(von + to_months(hoechstens_monate)) END AS violated
FROM fall
