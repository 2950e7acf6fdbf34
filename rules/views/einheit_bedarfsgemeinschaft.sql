-- Wo ein Befund zu einer BG bearbeitet wird.
CREATE VIEW einheit_bedarfsgemeinschaft AS
SELECT bg_nr AS case_id, geschaeftsstelle, team_leistung AS team FROM bg
