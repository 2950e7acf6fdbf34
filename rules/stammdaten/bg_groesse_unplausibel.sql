SELECT b.bg_nr AS case_id,
       count(DISTINCT m.kundennr) AS mitglieder,
       param('bg_groesse_hoechstens', stichtag()) AS hoechstens,
       count(DISTINCT m.kundennr) = 0
         OR count(DISTINCT m.kundennr) > param('bg_groesse_hoechstens', stichtag()) AS violated
FROM bg_laufend AS b
LEFT JOIN mitglied_stichtag AS m ON m.bg_nr = b.bg_nr
GROUP BY b.bg_nr
