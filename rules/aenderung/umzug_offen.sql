WITH umzug AS (
  SELECT bg_nr, max(wirksam_ab) AS wirksam_ab
  FROM aenderung_bekannt
  WHERE art = 'umzug'
  GROUP BY bg_nr
), wohnort AS (
  SELECT m.bg_nr, min(left(p.ags, 5)) AS kreis,
         bool_and(list_contains(param('zustaendigkeit_ags', stichtag()), left(p.ags, 5))) AS im_kreis
  FROM mitglied_stichtag AS m
  LEFT JOIN person AS p ON p.kundennr = m.kundennr
  WHERE m.rolle = 'hauptperson'
  GROUP BY m.bg_nr
)
SELECT b.bg_nr AS case_id,
       w.kreis,
       coalesce(u.wirksam_ab, b.eroeffnet_am) AS seit,
       NOT w.im_kreis
         AND coalesce(u.wirksam_ab, b.eroeffnet_am) + param('umzug_tage', stichtag()) < stichtag() AS violated
FROM bg_laufend AS b
JOIN wohnort AS w ON w.bg_nr = b.bg_nr
LEFT JOIN umzug AS u ON u.bg_nr = b.bg_nr
