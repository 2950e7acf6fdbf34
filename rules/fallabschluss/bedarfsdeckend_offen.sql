WITH arbeit AS (
  SELECT i.integration_id, i.kundennr, i.beginn, m.bg_nr,
         CAST(date_trunc('month', stichtag()) - to_months(1) AS DATE) AS monat
  FROM integration AS i
  JOIN mitglied_stichtag AS m ON m.kundennr = i.kundennr
  WHERE m.personengruppe = 'ELB'
    AND i.bedarfsdeckend
    AND i.beginn <= CAST(date_trunc('month', stichtag()) - to_months(1) AS DATE)
    AND coalesce(i.ende >= stichtag(), TRUE)
)
SELECT w.kundennr AS case_id,
       w.integration_id AS item,
       w.beginn,
       w.monat,
       bool_and(NOT EXISTS (SELECT 1 FROM anspruch AS a
                            WHERE a.kundennr = w.kundennr AND a.von <= stichtag()
                              AND coalesce(a.bis, stichtag()) >= w.monat)
                AND NOT EXISTS (SELECT 1 FROM fall_ende_bekannt AS f
                                WHERE f.ende >= date_trunc('month', w.beginn)
                                  AND (f.kundennr = w.kundennr OR f.bg_nr = w.bg_nr AND f.kundennr IS NULL))) AS violated
FROM arbeit AS w
GROUP BY w.kundennr, w.integration_id, w.beginn, w.monat
