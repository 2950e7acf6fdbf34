-- Tage von der Frist bis zur Anordnung, ohne Anordnung bis zum Stichtag; rechtzeitig = 0.
CREATE MACRO tage_nach_frist(angeordnet_am, frist) AS
CASE WHEN frist IS NOT NULL THEN greatest(coalesce(angeordnet_am, stichtag()) - frist, 0) END
