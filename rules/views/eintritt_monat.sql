-- Eintritte je Person und Monat, höchstens einer je Art (§ 5 Abs. 2 SGB2§48aFKV); vormonat = Ende des Monats vor dem Eintritt,
-- an dem die Person ELB sein muss, damit er zählt.
CREATE VIEW eintritt_monat AS
SELECT i.kundennr, CAST(date_trunc('month', i.beginn) AS DATE) - 1 AS vormonat,
       bool_or(k.integration_id IS NOT NULL) AS k2,
       bool_or(coalesce(i.art = 'geringfuegig', FALSE)) AS geringfuegig,
       bool_or(coalesce(i.art = 'oeffentlich_gefoerdert', FALSE)
         OR coalesce(list_contains(param('k2_foerderung_ausgenommen', i.beginn), i.foerderung), FALSE)) AS gefoerdert
FROM integration AS i
LEFT JOIN eintritt_k2 AS k ON k.integration_id = i.integration_id
GROUP BY i.kundennr, vormonat
