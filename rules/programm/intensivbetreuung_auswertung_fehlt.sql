WITH gespraech AS (
  SELECT kontakt_id, kundennr, am, art, auswertung
  FROM kontakt
  WHERE am <= stichtag() AND list_contains(param('kontakt_arten', am), art)
), folge AS (
  SELECT DISTINCT f.kontakt_id
  FROM intensivbetreuung AS i
  JOIN gespraech AS f ON f.kundennr = i.kundennr AND deckt_tag(i.von, i.bis, f.am)
  JOIN gespraech AS v ON v.kundennr = i.kundennr AND v.am >= i.von AND v.am < f.am
)
SELECT g.kundennr AS case_id, g.kontakt_id AS item, g.am, g.art, g.auswertung IS NOT TRUE AS violated
FROM gespraech AS g
JOIN folge AS f ON f.kontakt_id = g.kontakt_id
WHERE g.am >= stichtag() - to_months(param('intensiv_rueckblick_monate', stichtag()))
