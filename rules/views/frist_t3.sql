-- Lesart t3: Berichtsmonat M = Monat des ersten Zähltags ab w; letzter Tag = Zähltag(M + 3).
-- Nach dem Zähltag des eigenen Monats ist M der Folgemonat. Fehlt ein Zähltag, ist die Frist nicht berechenbar.
CREATE MACRO frist_t3(w) AS
zaehltag_im_monat(
  CAST(w + to_months(param('aenderung_frist_monate', w) + CAST(w > zaehltag_im_monat(w, w) AS INTEGER)) AS DATE), w)
