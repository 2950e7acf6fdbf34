SELECT kundennr AS case_id,
       min(bg_nr) AS bg_nr,
       geburtsdatum,
       ab_alter(geburtsdatum, param('mindestalter_elb', stichtag())) AS fruehestens,
       NOT bool_or(NOT text_leer(ausschlussgrund, stichtag()))
         AND stichtag() BETWEEN ab_alter(geburtsdatum, param('mindestalter_elb', stichtag()))
                            AND altersgrenze(geburtsdatum) AS violated
FROM mitglied_stichtag
WHERE personengruppe = 'NEF'
GROUP BY kundennr, geburtsdatum
