SELECT e.kundennr AS case_id,
       x.ausnahme,
       (SELECT max(k.bis) FROM kooperationsplan AS k
        WHERE k.kundennr = e.kundennr AND k.von <= stichtag()) AS letztes_ende,
       NOT coalesce(list_contains(param('plan_ausnahmen', stichtag()), x.ausnahme), FALSE)
         AND NOT EXISTS (SELECT 1 FROM kooperationsplan AS k
                         WHERE k.kundennr = e.kundennr
                           AND list_contains(param('plan_arten', stichtag()), k.art)
                           AND stichtag() BETWEEN k.von AND coalesce(k.bis, stichtag())) AS violated
FROM elb_stichtag AS e
LEFT JOIN ziel_ausnahme AS x ON x.kundennr = e.kundennr
