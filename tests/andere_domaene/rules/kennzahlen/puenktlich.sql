SELECT case_id, item, NOT violated AS im_zaehler FROM urteil('ausleihe.rueckgabe_verspaetet')
