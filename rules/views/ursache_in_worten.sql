-- Die Ursache einer Verspätung, wie sie im Satz eines Befunds steht.
CREATE MACRO ursache_in_worten(ursache) AS
CASE ursache
  WHEN 'kunde_oder_dritte' THEN 'erst nach der Frist bekannt geworden (Kunde oder Dritte)'
  WHEN 'amt' THEN 'dem Jobcenter vor Ablauf der Frist bekannt'
  ELSE 'Tag des Bekanntwerdens nicht erfasst'
END
