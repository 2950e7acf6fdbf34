CREATE VIEW einheit_buch AS
SELECT signatur AS case_id, zweigstelle AS geschaeftsstelle, 'Theke ' || zweigstelle AS team FROM buch
