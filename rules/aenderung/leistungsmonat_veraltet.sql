WITH ausgeschieden AS (
  SELECT m.bg_nr, m.kundennr, max(coalesce(m.bis, stichtag())) AS mitglied_bis
  FROM bg_laufend AS b
  JOIN mitgliedschaft AS m ON m.bg_nr = b.bg_nr
  GROUP BY m.bg_nr, m.kundennr
)
SELECT a.bg_nr AS case_id,
       a.kundennr AS item,
       a.mitglied_bis,
       count(DISTINCT l.monat) AS monate,
       max(l.monat) AS letzter_monat,
       count(l.monat) > 0 AS violated
FROM ausgeschieden AS a
LEFT JOIN leistungsmonat AS l
  ON l.bg_nr = a.bg_nr AND l.kundennr = a.kundennr
  AND l.monat > last_day(a.mitglied_bis) AND l.monat <= stichtag()
  AND l.anspruch > 0 AND l.nachzahlung_fuer IS NULL
WHERE a.mitglied_bis < stichtag()
GROUP BY a.bg_nr, a.kundennr, a.mitglied_bis
