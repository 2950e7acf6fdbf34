-- Vorläufige Entscheidungen in Kraft, deren Zeitraum vor dem Stichtag endete, mit der Frist des § 41a Abs. 5 SGB II.
-- erledigt: eine andere Entscheidung in Kraft ersetzt sie oder setzt für ihren ganzen Zeitraum abschließend fest.
CREATE VIEW vorlaeufige_entscheidung AS
WITH wirksam AS (
  SELECT bewilligung_id, bg_nr, von, bis, art, ersetzt_id
  FROM bewilligung
  WHERE angeordnet_am <= stichtag()
)
SELECT v.bewilligung_id, v.bg_nr, v.von, v.bis,
       im_kalender(v.bis + to_months(param('festsetzung_monate', v.bis))) AS frist,
       EXISTS (SELECT 1 FROM wirksam AS e WHERE e.ersetzt_id = v.bewilligung_id AND e.bewilligung_id <> v.bewilligung_id)
       OR EXISTS (SELECT 1 FROM wirksam AS e
                  WHERE e.art = 'abschliessend' AND e.bg_nr = v.bg_nr AND e.von <= v.von AND e.bis >= v.bis) AS erledigt
FROM wirksam AS v
WHERE v.art = 'vorlaeufig' AND v.von <= v.bis AND v.bis < stichtag()
