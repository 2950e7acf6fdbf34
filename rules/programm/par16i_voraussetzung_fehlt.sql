WITH foerderung AS (
  SELECT f.teilnahme_id, f.kundennr, f.von, p.geburtsdatum, CAST(f.von - to_months(param('par16i_fenster_monate', f.von)) AS DATE) AS fenster_von,
         p.gdb >= param('schwerbehindert_gdb', f.von) OR p.gleichgestellt
         OR EXISTS (SELECT 1 FROM bg_mitglied AS e
                    JOIN bg_mitglied AS k ON k.bg_nr = e.bg_nr
                    JOIN person AS c ON c.kundennr = k.kundennr
                    WHERE e.kundennr = f.kundennr AND deckt_tag(e.von, e.bis, f.von)
                      AND k.rolle = 'kind' AND deckt_tag(k.von, k.bis, f.von)
                      AND im_kalender(c.geburtsdatum + to_months(param('minderjaehrig_monate', f.von))) > f.von) AS verkuerzt
  FROM massnahme AS f
  LEFT JOIN person AS p ON p.kundennr = f.kundennr
  WHERE f.art = 'par16i' AND f.von <= least(f.bis, stichtag())
), bezug AS (
  SELECT f.teilnahme_id, sum(greatest(least(i.bis, f.von - 1) - greatest(i.von, f.fenster_von) + 1, 0)) AS tage
  FROM foerderung AS f
  JOIN anspruch_insel AS i ON i.kundennr = f.kundennr
  GROUP BY f.teilnahme_id
), beurteilt AS (
  SELECT f.*, CAST(coalesce(b.tage, 0) AS INTEGER) AS bezugstage,
         f.von - CAST(f.von - to_months(CASE WHEN f.verkuerzt THEN param('par16i_bezug_verkuerzt_monate', f.von)
                                             ELSE param('par16i_bezug_monate', f.von) END) AS DATE) AS verlangte_tage,
         im_kalender(f.geburtsdatum + to_months(param('par16i_alter_monate', f.von))) > f.von AS zu_jung,
         (SELECT min(von) FROM anspruch) <= f.fenster_von AS daten_reichen
  FROM foerderung AS f
  LEFT JOIN bezug AS b ON b.teilnahme_id = f.teilnahme_id
)
SELECT kundennr AS case_id, teilnahme_id AS item, von, geburtsdatum, bezugstage, verlangte_tage, verkuerzt,
       CASE WHEN zu_jung OR (bezugstage < verlangte_tage AND daten_reichen) THEN TRUE
            WHEN zu_jung IS NOT NULL AND bezugstage >= verlangte_tage THEN FALSE END AS violated
FROM beurteilt
