WITH hauptperson AS (
  SELECT bg_nr, kundennr, personengruppe, geburtsdatum,
         personengruppe <> 'ELB'
           OR ab_alter(geburtsdatum, param('mindestalter_elb', stichtag())) > stichtag() AS unzulaessig
  FROM mitglied_stichtag
  WHERE rolle = 'hauptperson'
)
SELECT bg_nr AS case_id,
       kundennr AS item,
       string_agg(DISTINCT personengruppe, ', ' ORDER BY personengruppe) AS gefuehrt_als,
       geburtsdatum,
       CASE WHEN bool_or(unzulaessig) THEN TRUE
            WHEN count(unzulaessig) = count(*) THEN FALSE END AS violated
FROM hauptperson
GROUP BY bg_nr, kundennr, geburtsdatum
