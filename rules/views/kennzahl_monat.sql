-- Die Monate einer Kennzahl: 0 = der letzte, der bis zum Stichtag geendet hat, dann rückwärts; einer mehr für den Vormonat.
CREATE VIEW kennzahl_monat AS
SELECT nr, CAST(date_trunc('month', stichtag() + 1) - to_months(1 + nr) AS DATE) AS anfang,
       last_day(CAST(date_trunc('month', stichtag() + 1) - to_months(1 + nr) AS DATE)) AS ende
FROM (SELECT CAST(unnest(generate_series(0, param('kennzahl_monate', stichtag()))) AS INTEGER) AS nr)
