-- Lücke zwischen zwei Anspruchsinseln; bg_nr = die kleinste BG, deren Anspruch am Vortag endet.
CREATE VIEW luecke AS
SELECT p.kundennr, min(a.bg_nr) AS bg_nr, p.von, p.bis, p.bis - p.von + 1 AS tage,
       CASE WHEN p.bis - p.von < 7 THEN '1-7'
            WHEN p.bis - p.von < 31 THEN '8-31'
            ELSE 'ueber_31' END AS klasse
FROM bezugspause AS p
JOIN anspruch AS a ON a.kundennr = p.kundennr AND a.bis = p.von - 1 AND a.von <= a.bis
WHERE p.bis IS NOT NULL
GROUP BY p.kundennr, p.von, p.bis
