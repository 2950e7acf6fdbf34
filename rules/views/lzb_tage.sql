-- Bezugstage und Langzeitbezug am Stichtag.
CREATE VIEW lzb_tage AS
SELECT kundennr, tage, lzb FROM lzb_am(stichtag())
