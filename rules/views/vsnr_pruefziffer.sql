-- Prüfziffer einer Versicherungsnummer (§ 2 VKVV): Summe der Quersummen der gewichteten Ziffern, letzte Stelle.
CREATE MACRO vsnr_pruefziffer(vsnr) AS
CASE WHEN vsnr_ziffern(vsnr) IS NOT NULL
     THEN list_sum(list_transform(param('vsnr_gewichte', stichtag()), lambda gewicht, stelle:
            CAST(substr(vsnr_ziffern(vsnr), stelle, 1) AS INTEGER) * gewicht // 10
            + CAST(substr(vsnr_ziffern(vsnr), stelle, 1) AS INTEGER) * gewicht % 10)) % 10 END
