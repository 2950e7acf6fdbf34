CREATE VIEW einheit_leserschaft AS
SELECT leser_nr AS case_id, zweigstelle AS geschaeftsstelle, gruppe AS team FROM leser
