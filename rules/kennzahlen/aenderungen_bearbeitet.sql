WITH frist AS (
  -- jede Frist nur einmal je Tag rechnen
  SELECT bekannt_am, arbeitstag(bekannt_am, param('aenderung_bearbeitung_arbeitstage', bekannt_am)) AS frist
  FROM aenderung_bekannt
  WHERE bekannt_am <= stichtag()
  GROUP BY bekannt_am
)
SELECT a.bg_nr AS case_id, a.aenderung_id AS item,
       coalesce(a.angeordnet_am <= f.frist, FALSE) AS im_zaehler
FROM aenderung_bekannt AS a
JOIN frist AS f ON f.bekannt_am = a.bekannt_am
WHERE a.kategorie = 'relevant' AND (a.angeordnet_am IS NOT NULL OR f.frist < stichtag())
