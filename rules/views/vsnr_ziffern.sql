-- Die zwölf Ziffern vor der Prüfziffer, der Buchstabe als 01 bis 26; NULL, wenn der Aufbau nicht stimmt.
CREATE MACRO vsnr_ziffern(vsnr) AS
CASE WHEN regexp_full_match(vsnr_bereinigt(vsnr), '[0-9]{8}[A-Z][0-9]{3}')
     THEN left(vsnr_bereinigt(vsnr), 8)
          || lpad(CAST(ascii(substr(vsnr_bereinigt(vsnr), 9, 1)) - 64 AS VARCHAR), 2, '0')
          || substr(vsnr_bereinigt(vsnr), 10, 2) END
