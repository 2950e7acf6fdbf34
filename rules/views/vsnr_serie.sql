-- Die Seriennummer in einer Versicherungsnummer (zwei Stellen nach dem Buchstaben); NULL, wenn der Aufbau nicht stimmt.
CREATE MACRO vsnr_serie(vsnr) AS
TRY_CAST(substr(vsnr_bereinigt(vsnr), 10, 2) AS INTEGER)
