SELECT kundennr AS case_id,
       geburtsdatum,
       geburtsdatum > stichtag() OR geburtsdatum < param('geburt_fruehestens', stichtag()) AS violated
FROM person
