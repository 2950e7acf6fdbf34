SELECT l.leser_nr AS case_id, max(b.am) AS letzter_besuch, count(b.am) = 0 AS violated
FROM leser AS l LEFT JOIN besuch AS b ON b.leser_nr = l.leser_nr GROUP BY l.leser_nr
