WITH tatsache AS (
  SELECT kundennr, art, von, bis, genehmigt, prognose_monate,
         CASE WHEN art IN ('haft', 'altersrente', 'ausbildung') THEN TRUE
              WHEN art = 'stationaer' THEN prognose_monate >= param('stationaer_monate', von)
              WHEN art = 'ortsabwesenheit' THEN NOT genehmigt
              ELSE FALSE END AS schliesst_aus
  FROM abwesenheit
  WHERE von <= stichtag() AND coalesce(bis, von) >= von
), einzeln AS (
  SELECT t.kundennr, t.art, t.von, t.bis, t.genehmigt, t.prognose_monate,
         i.von AS anspruch_von,
         i.kundennr IS NOT NULL AND t.schliesst_aus AS urteil
  FROM tatsache AS t
  LEFT JOIN anspruch_insel AS i
    ON i.kundennr = t.kundennr
   AND i.von <= least(t.bis, stichtag()) AND coalesce(i.bis, t.von) >= t.von
  WHERE t.schliesst_aus IS NOT FALSE
)
SELECT kundennr AS case_id,
       concat(art, ':', von) AS item,
       art,
       von AS ausschluss_von,
       max(bis) AS ausschluss_bis,
       min(anspruch_von) AS anspruch_von,
       max(prognose_monate) AS prognose_monate,
       bool_or(genehmigt) AS genehmigt,
       frist_3_monate(von) AS heilbar_bis,
       CASE WHEN bool_or(urteil) THEN TRUE
            WHEN count(urteil) = count(*) THEN FALSE END AS violated
FROM einzeln
GROUP BY kundennr, art, von
