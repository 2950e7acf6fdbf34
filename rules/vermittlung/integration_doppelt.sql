SELECT kundennr AS case_id, integration_id AS item, art, beginn,
       first_value(beginn) OVER w AS erster_eintritt,
       row_number() OVER w > 1 AS violated
FROM eintritt_k2
WINDOW w AS (PARTITION BY kundennr, date_trunc('month', beginn) ORDER BY beginn, integration_id)
