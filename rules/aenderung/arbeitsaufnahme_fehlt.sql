WITH aufnahme AS (
  SELECT i.integration_id, i.kundennr, e.bg_nr, i.beginn,
         CAST(date_trunc('month', i.beginn) AS DATE) AS monat,
         im_kalender(i.beginn + to_months(param('arbeitsaufnahme_monate', i.beginn))) AS frist
  FROM integration AS i
  JOIN elb_spanne AS e ON e.kundennr = i.kundennr AND i.beginn BETWEEN e.von AND coalesce(e.bis, i.beginn)
  WHERE i.art = 'sv_beschaeftigung'
    AND im_kalender(i.beginn + to_months(param('arbeitsaufnahme_monate', i.beginn))) < stichtag()
    AND coalesce(i.ende >= im_kalender(i.beginn + to_months(param('arbeitsaufnahme_monate', i.beginn))), TRUE)
), bekannt AS (
  -- zwei Verbunde statt eines mit OR, der jede Aufnahme mit jeder Änderung vergliche
  SELECT a.*, w.art, w.wirksam_ab, w.bekannt_am FROM aufnahme AS a
  JOIN aenderung_bekannt AS w ON w.kundennr = a.kundennr
  UNION ALL
  SELECT a.*, w.art, w.wirksam_ab, w.bekannt_am FROM aufnahme AS a
  JOIN aenderung_bekannt AS w ON w.bg_nr = a.bg_nr AND w.kundennr IS NULL
), spur AS (
  SELECT a.integration_id FROM aufnahme AS a
  JOIN leistungsmonat AS m ON m.kundennr = a.kundennr AND m.monat BETWEEN a.monat AND a.frist
  WHERE m.einkommen > 0
  UNION ALL
  SELECT a.integration_id FROM bekannt AS a
  WHERE a.art IN ('einkommen_aufnahme', 'einkommen_hoehe')
    -- falsch datiert ist nicht unbekannt: ein Fehler im Tag der Wirksamkeit ist Sache von A-006
    AND (a.wirksam_ab BETWEEN a.beginn AND a.frist OR a.bekannt_am BETWEEN a.monat - to_months(1) AND a.frist)
  UNION ALL
  SELECT a.integration_id FROM aufnahme AS a
  JOIN fall_ende_bekannt AS f ON f.kundennr = a.kundennr
  WHERE f.ende BETWEEN a.monat AND a.frist
  UNION ALL
  SELECT a.integration_id FROM aufnahme AS a
  JOIN fall_ende_bekannt AS f ON f.bg_nr = a.bg_nr AND f.kundennr IS NULL
  WHERE f.ende BETWEEN a.monat AND a.frist
  UNION ALL
  SELECT a.integration_id FROM aufnahme AS a
  JOIN unterbrechung_wirksam AS u ON u.kundennr = a.kundennr
  WHERE u.von <= a.frist AND coalesce(u.bis, a.beginn) >= a.beginn
)
SELECT a.kundennr AS case_id,
       a.integration_id AS item,
       a.beginn,
       a.frist,
       count(s.integration_id) = 0 AS violated
FROM aufnahme AS a
LEFT JOIN spur AS s ON s.integration_id = a.integration_id
GROUP BY a.kundennr, a.integration_id, a.beginn, a.frist
