SELECT b.bg_nr AS case_id,
       m.kundennr AS item,
       b.beendet_am,
       min(m.von) AS mitglied_von,
       nullif(max(coalesce(m.bis, DATE '9999-12-31')), DATE '9999-12-31') AS mitglied_bis,
       bool_or(coalesce(m.bis > stichtag(), TRUE)) AS violated
FROM bg_beendet AS b
JOIN mitgliedschaft AS m ON m.bg_nr = b.bg_nr
GROUP BY b.bg_nr, b.beendet_am, m.kundennr
