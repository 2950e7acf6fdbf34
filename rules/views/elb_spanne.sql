-- Zeiten, in denen eine Person ELB mit Leistungsanspruch in derselben BG ist (geschlossen; bis NULL = offen).
CREATE VIEW elb_spanne AS
SELECT m.kundennr, m.bg_nr, greatest(m.von, a.von) AS von, least(m.bis, a.bis) AS bis
FROM bg_mitglied AS m
JOIN anspruch AS a ON a.kundennr = m.kundennr AND a.bg_nr = m.bg_nr
WHERE m.personengruppe = 'ELB'
  -- least() übergeht NULL; der Vergleich lässt keinen NULL-Beginn und keine verdrehte Zeit durch
  AND m.von <= coalesce(least(m.bis, a.bis), m.von)
  AND a.von <= coalesce(least(m.bis, a.bis), a.von)
