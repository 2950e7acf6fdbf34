-- Der Zähltag im Monat eines Tages aus der Liste, die am Tag der Tatsache »w« gilt; ohne Eintrag NULL.
CREATE MACRO zaehltag_im_monat(monatstag, w) AS
list_min(list_filter(param('zaehltag', w), lambda z: last_day(z) = last_day(monatstag)))
