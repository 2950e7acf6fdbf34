-- Wo ein Befund zu einer Person bearbeitet wird: bei ihrer IFK am Stichtag, sonst beim Team ihrer BG.
CREATE VIEW einheit_person AS
SELECT coalesce(z.kundennr, e.kundennr) AS case_id,
       CASE WHEN z.kundennr IS NULL THEN b.geschaeftsstelle ELSE m.geschaeftsstelle END AS geschaeftsstelle,
       CASE WHEN z.kundennr IS NULL THEN b.team_leistung ELSE z.team END AS team
FROM ifk_stichtag AS z
FULL JOIN elb_stichtag AS e ON e.kundennr = z.kundennr
LEFT JOIN mitarbeiter AS m ON m.mitarbeiter = z.ifk
LEFT JOIN bg AS b ON b.bg_nr = e.bg_nr
