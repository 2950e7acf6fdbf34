-- Ein gerechneter Tag, höchstens der 31.12.9999: Was dahinter läge, ist ein offenes Ende und kein Datum mehr.
CREATE MACRO im_kalender(zeitpunkt) AS
CASE WHEN zeitpunkt > DATE '9999-12-31' THEN DATE '9999-12-31' ELSE CAST(zeitpunkt AS DATE) END
