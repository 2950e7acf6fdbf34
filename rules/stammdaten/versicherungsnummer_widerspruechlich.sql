WITH angabe AS (
  SELECT kundennr,
         substr(vsnr_bereinigt(vsnr), 3, 6) <> strftime(geburtsdatum, '%d%m%y') AS geburtstag_abweichend,
         coalesce(CASE geschlecht
           WHEN 'm' THEN vsnr_serie(vsnr) >= param('vsnr_serie_grenze', stichtag())
           WHEN 'w' THEN vsnr_serie(vsnr) < param('vsnr_serie_grenze', stichtag())
         END, FALSE) AS geschlecht_abweichend
  FROM person
  WHERE vsnr_ziffern(vsnr) IS NOT NULL
)
SELECT kundennr AS case_id,
       geburtstag_abweichend,
       geschlecht_abweichend,
       geburtstag_abweichend OR geschlecht_abweichend AS violated
FROM angabe
