SELECT m.kundennr AS case_id,
       CAST(m.monat AS VARCHAR) AS item,
       m.monat,
       max(m.anspruch) AS hoechster_anspruch,
       min(i.beginn) AS beschaeftigt_seit,
       coalesce(max(m.einkommen), 0) <= 0 AS violated
FROM leistungsmonat AS m
JOIN integration AS i
  ON i.kundennr = m.kundennr AND i.art = 'sv_beschaeftigung'
  AND i.beginn <= m.monat - to_months(param('einkommen_karenz_monate', m.monat))
  AND coalesce(i.ende >= last_day(m.monat), TRUE)
WHERE m.monat <= stichtag()
  AND m.monat >= stichtag() - to_months(param('leistungsmonat_rueckblick_monate', stichtag()))
  AND m.nachzahlung_fuer IS NULL
  AND m.anspruch > 0
GROUP BY m.kundennr, m.monat
