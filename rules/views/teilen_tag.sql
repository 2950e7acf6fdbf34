-- Zwei geschlossene Zeiträume teilen mindestens einen Tag bis zum Stichtag; bis NULL = offen (least übergeht NULL).
CREATE MACRO teilen_tag(von_a, bis_a, von_b, bis_b) AS
coalesce(von_a <= least(bis_a, bis_b, stichtag()) AND von_b <= least(bis_a, bis_b, stichtag()), FALSE)
