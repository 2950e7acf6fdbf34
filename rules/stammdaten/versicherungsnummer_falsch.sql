SELECT kundennr AS case_id,
       length(nummer) AS stellen,
       pruefziffer,
       CAST(pruefziffer AS VARCHAR) IS DISTINCT FROM right(nummer, 1) AS violated
FROM (SELECT kundennr, vsnr_bereinigt(vsnr) AS nummer, vsnr_pruefziffer(vsnr) AS pruefziffer FROM person) AS p
WHERE nummer IS NOT NULL
