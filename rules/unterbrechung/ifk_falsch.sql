SELECT i.kundennr AS case_id,
       i.info_id AS item,
       i.unterbrechung_id,
       i.kanal,
       i.am AS informiert_am,
       i.empfaenger,
       string_agg(DISTINCT z.ifk, ', ' ORDER BY z.ifk) AS zustaendig,
       CASE WHEN count(z.kundennr) > 0
            THEN count(*) FILTER (WHERE z.ifk = i.empfaenger) = 0 END AS violated
FROM ifk_info AS i
LEFT JOIN zustaendigkeit AS z
  ON z.kundennr = i.kundennr AND z.von <= i.am AND coalesce(z.bis, i.am) >= i.am
WHERE i.am <= stichtag()
GROUP BY i.kundennr, i.info_id, i.unterbrechung_id, i.kanal, i.am, i.empfaenger
