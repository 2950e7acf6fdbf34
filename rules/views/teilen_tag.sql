-- Zwei geschlossene Zeiträume teilen mindestens einen Tag bis zum Stichtag; bis NULL = offen (least übergeht NULL).
-- Ohne Beginn ist das Ergebnis NULL: für Verknüpfungen und Bedingungen, nicht für Urteile.
CREATE MACRO teilen_tag(von_a, bis_a, von_b, bis_b) AS
von_a <= least(bis_a, bis_b, stichtag()) AND von_b <= least(bis_a, bis_b, stichtag())
