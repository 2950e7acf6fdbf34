SELECT a.leser_nr AS case_id, a.ausleihe_id AS item, l.zweigstelle AS geschaeftsstelle,
       coalesce(a.bis <= a.faellig_am, FALSE) AS im_zaehler
FROM ausleihe AS a LEFT JOIN leser AS l ON l.leser_nr = a.leser_nr
