-- Urteile mehrerer Regeln zu einem Fall: FALSE, wenn eines einen Befund nennt; sonst NULL, wenn eines nicht prüfbar ist; sonst TRUE.
CREATE MACRO alles_in_ordnung(violated) AS
CASE WHEN bool_or(violated) THEN FALSE
     WHEN count(violated) = count(*) THEN TRUE END
