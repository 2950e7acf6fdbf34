-- Prüfziffer einer Versicherungsnummer (§ 2 VKVV): Summe der Quersummen der gewichteten Ziffern, letzte Stelle.
-- Die äußere Liste hat ein Element: so werden die Ziffern einmal je Nummer bestimmt, nicht einmal je Stelle.
CREATE MACRO vsnr_pruefziffer(vsnr) AS
list_transform([vsnr_ziffern(vsnr)], lambda ziffern:
  list_sum(list_transform(param('vsnr_gewichte', stichtag()), lambda gewicht, stelle:
    CAST(substr(ziffern, stelle, 1) AS INTEGER) * gewicht // 10
    + CAST(substr(ziffern, stelle, 1) AS INTEGER) * gewicht % 10)) % 10)[1]
