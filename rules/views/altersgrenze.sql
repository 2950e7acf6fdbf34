-- Letzter Tag des Monats, in dem die Altersgrenze des § 7a SGB II vollendet wird.
-- Ein Lebensjahr ist am Tag vor dem Geburtstag vollendet (§ 187 Abs. 2, § 188 Abs. 2 BGB).
CREATE MACRO altersgrenze(geburtsdatum) AS
last_day(im_kalender(geburtsdatum + to_months(param('altersgrenze_monate', geburtsdatum))) - 1)
