-- ELB an einem Tag: Mitgliedschaft und Anspruch in derselben BG; eine Zeile je Person, die kleinste BG-Nummer.
CREATE MACRO elb_am(tag) AS TABLE
SELECT kundennr, min(bg_nr) AS bg_nr
FROM elb_spanne
WHERE von <= tag AND coalesce(bis, tag) >= tag
GROUP BY kundennr
