WITH foerderung AS (
  SELECT teilnahme_id, kundennr, art, von,
         CAST(stichtag() - to_months(param('teilhabe_kontakt_monate', stichtag())) AS DATE) AS grenze
  FROM massnahme
  WHERE art IN ('par16e', 'par16i') AND deckt_tag(von, bis, stichtag())
)
SELECT f.kundennr AS case_id, f.teilnahme_id AS item, f.art, f.von, f.grenze, k.am AS letztes_gespraech,
       f.von < f.grenze AND coalesce(k.am < f.grenze, TRUE) AS violated
FROM foerderung AS f
LEFT JOIN letzter_kontakt AS k ON k.kundennr = f.kundennr
