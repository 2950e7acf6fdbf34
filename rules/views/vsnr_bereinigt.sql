-- Versicherungsnummer ohne Leerzeichen und in Großbuchstaben; eine leere Angabe ist NULL.
CREATE MACRO vsnr_bereinigt(vsnr) AS
nullif(upper(regexp_replace(vsnr, '\s', '', 'g')), '')
