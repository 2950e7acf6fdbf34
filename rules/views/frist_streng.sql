-- Lesart streng: der frühere der beiden Tage; ohne Zähltag ist er nicht berechenbar.
CREATE MACRO frist_streng(w) AS
CASE WHEN frist_t3(w) >= frist_kalender(w) THEN frist_kalender(w) ELSE frist_t3(w) END
