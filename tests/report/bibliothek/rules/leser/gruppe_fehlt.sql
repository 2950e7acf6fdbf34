SELECT leser_nr AS case_id, angemeldet_am, CASE WHEN angemeldet_am IS NOT NULL THEN gruppe IS NULL END AS violated FROM leser
