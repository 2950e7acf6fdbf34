SELECT m.mitarbeiter AS case_id, m.team, m.geschaeftsstelle,
       count(DISTINCT i.kundennr) AS betreut, param('intensiv_anzahl', stichtag()) AS vorgesehen,
       count(DISTINCT i.kundennr) <> param('intensiv_anzahl', stichtag()) AS violated
FROM mitarbeiter AS m
LEFT JOIN intensivbetreuung AS i ON i.ifk = m.mitarbeiter AND deckt_tag(i.von, i.bis, stichtag())
WHERE m.funktion = 'ifk' AND coalesce(m.bis, stichtag()) >= stichtag()
  AND m.von <= stichtag() - to_months(param('intensiv_anlauf_monate', stichtag()))
GROUP BY m.mitarbeiter, m.team, m.geschaeftsstelle
