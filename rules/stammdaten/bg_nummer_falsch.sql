SELECT bg_nr AS case_id,
       length(bg_nr) AS stellen,
       left(bg_nr, 5) AS dienststelle,
       NOT (regexp_full_match(upper(bg_nr), param('bg_nummer_muster', stichtag()))
            AND list_contains(param('dienststellen', stichtag()), left(bg_nr, 5))) AS violated
FROM bg
