SELECT i.kundennr AS case_id,
       i.info_id AS item,
       i.am,
       u.unterbrechung_id,
       u.erfasst_am,
       u.unterbrechung_id IS NULL OR coalesce(i.am < u.erfasst_am, FALSE) AS violated
FROM ifk_info AS i
LEFT JOIN unterbrechung AS u ON u.unterbrechung_id = i.unterbrechung_id
WHERE i.am <= stichtag()
