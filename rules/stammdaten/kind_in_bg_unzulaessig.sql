SELECT bg_nr AS case_id,
       kundennr AS item,
       geburtsdatum,
       ab_alter(geburtsdatum, param('kind_hoechstalter', stichtag())) AS ausgeschieden_ab,
       ab_alter(geburtsdatum, param('kind_hoechstalter', stichtag())) <= stichtag() AS violated
FROM mitglied_stichtag
WHERE rolle = 'kind'
GROUP BY bg_nr, kundennr, geburtsdatum
