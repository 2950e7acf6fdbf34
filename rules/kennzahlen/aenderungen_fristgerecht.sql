SELECT case_id, item, NOT violated AS im_zaehler
FROM urteil('aenderung.verspaetet_angeordnet')
