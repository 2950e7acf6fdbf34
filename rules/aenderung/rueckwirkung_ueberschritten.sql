SELECT bg_nr AS case_id,
       aenderung_id AS item,
       art,
       wirksam_ab,
       bekannt_am,
       erfasst_am,
       frist_kalender,
       ursache_in_worten(verspaetung_ursache(bekannt_am, frist_kalender)) AS ursache,
       erfasst_am > frist_kalender AS violated
FROM aenderung_fristfall
WHERE wirksam_ab IS NOT NULL
  AND erfasst_am <= stichtag()
  AND erfasst_am > stichtag() - to_months(param('rueckwirkung_zeitraum_monate', stichtag()))
