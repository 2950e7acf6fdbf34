WITH summe AS (
  -- gleiche Zeilen einer Tabelle ohne Schlüssel zählen einmal; eine unbekannte Höhe macht die Summe unbekannt
  SELECT bg_nr, monat, CASE WHEN count(anspruch) = count(*) THEN sum(anspruch) END AS anspruch
  FROM (SELECT DISTINCT kundennr, bg_nr, monat, anspruch
        FROM leistungsmonat
        WHERE nachzahlung_fuer IS NULL AND monat <= stichtag()
          AND monat >= stichtag() - to_months(param('leistungsmonat_rueckblick_monate', stichtag()) + 1))
  GROUP BY bg_nr, monat
), anlass AS (
  SELECT bg_nr, wirksam_ab AS tag FROM aenderung_bekannt
  UNION ALL
  SELECT bg_nr, unnest([von, bis + 1]) FROM anspruch
  UNION ALL
  SELECT bg_nr, von FROM periode
)
SELECT m.bg_nr AS case_id,
       CAST(m.monat AS VARCHAR) AS item,
       m.monat,
       v.anspruch AS anspruch_vormonat,
       m.anspruch AS anspruch_monat,
       abs(m.anspruch - v.anspruch) * 100 > param('betragssprung_prozent', m.monat) * v.anspruch
         AND NOT EXISTS (SELECT 1 FROM anlass AS a
                         WHERE a.bg_nr = m.bg_nr AND a.tag > v.monat AND a.tag <= last_day(m.monat)) AS violated
FROM summe AS m
JOIN summe AS v ON v.bg_nr = m.bg_nr AND v.monat = CAST(m.monat - to_months(1) AS DATE)
WHERE coalesce(m.anspruch > 0, TRUE) AND coalesce(v.anspruch > 0, TRUE)
