-- Wer eine Verspätung bewirkt hat: erst nach der Frist bekannt = Kunde oder Dritte, sonst das Amt.
CREATE MACRO verspaetung_ursache(bekannt_am, frist) AS
CASE WHEN bekannt_am IS NULL THEN 'unbekannt'
     WHEN bekannt_am > frist THEN 'kunde_oder_dritte'
     ELSE 'amt' END
