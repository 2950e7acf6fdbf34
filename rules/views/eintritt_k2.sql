-- Eintritte, die in der Integrationsquote K2 zählen können (§ 5 SGB2§48aFKV), bis zum Stichtag.
CREATE VIEW eintritt_k2 AS
SELECT integration_id, kundennr, beginn, art, foerderung, ende
FROM integration
WHERE beginn <= stichtag()
  AND list_contains(param('k2_arten', beginn), art)
  AND coalesce(NOT list_contains(param('k2_foerderung_ausgenommen', beginn), foerderung), TRUE)
