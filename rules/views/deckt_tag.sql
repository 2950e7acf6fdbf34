-- Ein geschlossener Zeitraum deckt einen Tag; bis NULL = offen, ein verdrehter oder beginnloser Zeitraum deckt keinen.
CREATE MACRO deckt_tag(von, bis, tag) AS coalesce(von <= tag AND coalesce(bis, tag) >= tag, FALSE)
