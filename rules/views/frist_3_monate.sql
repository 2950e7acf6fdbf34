-- Letzter Tag, an dem eine Änderung zum Tag w noch rechtzeitig angeordnet ist.
CREATE MACRO frist_3_monate(w) AS
CASE WHEN param('werktag_verschiebung', w) THEN arbeitstag(frist_lesart(w) - 1, 1) ELSE frist_lesart(w) END
