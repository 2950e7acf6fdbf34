WITH urteile AS (
  SELECT item AS unterbrechung_id, violated FROM urteil('unterbrechung.ifk_nicht_informiert')
  UNION ALL
  SELECT i.unterbrechung_id, f.violated
  FROM urteil('unterbrechung.ifk_falsch') AS f
  JOIN ifk_info AS i ON i.info_id = f.item
  UNION ALL
  SELECT item, violated FROM urteil('unterbrechung.minderung_als_unterbrechung')
  UNION ALL
  SELECT item, violated FROM urteil('unterbrechung.zeitraum_widerspruechlich')
), faelle AS (
  SELECT u.kundennr, u.unterbrechung_id AS item,
         CASE WHEN bool_or(v.violated) THEN FALSE
              WHEN count(v.violated) = count(v.unterbrechung_id) THEN TRUE END AS im_zaehler
  FROM unterbrechung_wirksam AS u
  LEFT JOIN urteile AS v ON v.unterbrechung_id = u.unterbrechung_id
  WHERE u.von <= stichtag()
  GROUP BY u.kundennr, u.unterbrechung_id
  UNION ALL
  SELECT case_id, item, FALSE FROM urteil('unterbrechung.grund_fehlt') WHERE violated
)
SELECT f.kundennr AS case_id, f.item, p.geschlecht, f.im_zaehler
FROM faelle AS f
LEFT JOIN person AS p ON p.kundennr = f.kundennr
