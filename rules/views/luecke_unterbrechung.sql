-- Paare aus einer Lücke und einer Unterbrechung in Kraft derselben Person, die mindestens einen Tag teilen.
CREATE VIEW luecke_unterbrechung AS
SELECT l.kundennr, l.von, u.unterbrechung_id, u.grund
FROM luecke AS l
JOIN unterbrechung_wirksam AS u ON u.kundennr = l.kundennr
WHERE u.von <= l.bis AND coalesce(u.bis, l.bis) >= greatest(l.von, u.von)
