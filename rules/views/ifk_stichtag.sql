-- Die zuständige IFK einer Person am Stichtag: keine Vertretung, neuester Beginn, kleinste Kennung.
CREATE VIEW ifk_stichtag AS
SELECT kundennr, ifk, team
FROM zustaendigkeit
WHERE vertretung IS NOT TRUE AND von <= stichtag() AND coalesce(bis, stichtag()) >= stichtag()
QUALIFY row_number() OVER (PARTITION BY kundennr ORDER BY von DESC, ifk, team) = 1
