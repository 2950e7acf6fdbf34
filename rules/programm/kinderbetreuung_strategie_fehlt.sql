WITH arbeitslos AS (
  SELECT kundennr, min(von) AS arbeitslos_von
  FROM arbeitsmarktstatus
  WHERE status = 'arbeitslos' AND deckt_tag(von, bis, stichtag())
  GROUP BY kundennr
), kind AS (
  SELECT m.bg_nr, max(p.geburtsdatum) AS juengstes_geboren
  FROM bg_mitglied AS m
  JOIN person AS p ON p.kundennr = m.kundennr
  WHERE m.rolle = 'kind' AND deckt_tag(m.von, m.bis, stichtag())
  GROUP BY m.bg_nr
)
SELECT z.kundennr AS case_id, z.bg_nr, a.arbeitslos_von, k.juengstes_geboren,
       len(list_filter(param('kinderbetreuung_worte', stichtag()),
                       lambda wort: contains(lower(z.handlungsstrategie), wort))) = 0 AS violated
FROM ziel_gueltig AS z
JOIN bg AS b ON b.bg_nr = z.bg_nr AND b.bg_typ = 'alleinerziehend'
JOIN arbeitslos AS a ON a.kundennr = z.kundennr
JOIN kind AS k ON k.bg_nr = z.bg_nr
WHERE im_kalender(k.juengstes_geboren + to_months(param('kinderbetreuung_alter_monate', stichtag()))) > stichtag()
  AND EXISTS (SELECT 1 FROM bg_mitglied AS h
              WHERE h.kundennr = z.kundennr AND h.bg_nr = z.bg_nr AND h.rolle = 'hauptperson' AND deckt_tag(h.von, h.bis, stichtag()))
