SELECT kundennr AS case_id,
       length(vsnr_bereinigt(vsnr)) AS stellen,
       vsnr_pruefziffer(vsnr) AS pruefziffer,
       CAST(vsnr_pruefziffer(vsnr) AS VARCHAR) IS DISTINCT FROM right(vsnr_bereinigt(vsnr), 1) AS violated
FROM person
WHERE vsnr_bereinigt(vsnr) IS NOT NULL
