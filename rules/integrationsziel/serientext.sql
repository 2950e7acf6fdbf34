WITH ziel AS (
  SELECT g.kundennr, g.ziel_id, g.stand, g.text_laenge, g.text_hash, z.ifk
  FROM ziel_gueltig AS g
  JOIN zustaendigkeit AS z ON z.kundennr = g.kundennr AND z.vertretung IS NOT TRUE
   AND z.von <= g.stand AND coalesce(z.bis, g.stand) >= g.stand
  WHERE g.text_hash IS NOT NULL
  QUALIFY row_number() OVER (PARTITION BY g.kundennr ORDER BY z.von DESC, z.ifk) = 1
), fenster AS (
  -- Ein Ziel je Person zählt: Zeilen sind verschiedene Kunden. Jedes Fenster beginnt mit einem Stand.
  SELECT *, count(*) OVER (PARTITION BY text_hash, ifk ORDER BY stand
    RANGE BETWEEN CURRENT ROW AND to_days(param('serientext_tage', stichtag()) - 1) FOLLOWING) AS im_fenster
  FROM ziel
  WHERE ifk IS NOT NULL
), haeufung AS (
  SELECT *, max(im_fenster) OVER (PARTITION BY text_hash, ifk ORDER BY stand
    RANGE BETWEEN to_days(param('serientext_tage', stichtag()) - 1) PRECEDING AND CURRENT ROW) AS gleiche_texte
  FROM fenster
)
SELECT kundennr AS case_id,
       ziel_id,
       stand,
       ifk,
       text_laenge,
       gleiche_texte,
       gleiche_texte >= param('serientext_anzahl', stichtag()) AS violated
FROM haeufung
