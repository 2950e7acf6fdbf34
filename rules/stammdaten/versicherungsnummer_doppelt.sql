SELECT kundennr AS case_id,
       count(*) OVER (PARTITION BY vsnr_bereinigt(vsnr)) AS personen,
       count(*) OVER (PARTITION BY vsnr_bereinigt(vsnr)) > 1 AS violated
FROM person
WHERE vsnr_bereinigt(vsnr) IS NOT NULL
