-- Paare aus einer Lücke und einem Fallende in Kraft (der Person oder ihrer ganzen BG) vom Vortag bis zum letzten Tag.
CREATE VIEW luecke_fall_ende AS
SELECT l.kundennr, l.von, f.fall_ende_id
FROM luecke AS l
JOIN fall_ende_wirksam AS f ON f.kundennr = l.kundennr
WHERE f.ende BETWEEN l.von - 1 AND l.bis
UNION ALL
SELECT l.kundennr, l.von, f.fall_ende_id
FROM luecke AS l
JOIN fall_ende_wirksam AS f ON f.bg_nr = l.bg_nr
WHERE f.kundennr IS NULL AND f.ende BETWEEN l.von - 1 AND l.bis
