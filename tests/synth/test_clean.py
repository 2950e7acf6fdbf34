# ruff: noqa: E501
"""A clean office contradicts neither the law nor itself: each query looks for rows that must not exist."""

from __future__ import annotations

import pytest

CONTRADICTIONS = {
    "jede laufende BG hat genau eine Hauptperson": """
        SELECT bg_nr FROM bg LEFT JOIN bg_mitglied m USING (bg_nr) WHERE status = 'aktiv' GROUP BY 1
        HAVING count(*) FILTER (rolle = 'hauptperson' AND bis IS NULL) <> 1""",
    "die Hauptperson ist ELB": "FROM bg_mitglied WHERE rolle = 'hauptperson' AND personengruppe <> 'ELB'",
    "höchstens ein Partner": """
        SELECT bg_nr FROM bg_mitglied WHERE rolle = 'partner' GROUP BY 1 HAVING count(DISTINCT kundennr) > 1""",
    "die Hauptperson ist mindestens 18": """
        FROM bg_mitglied JOIN person USING (kundennr) WHERE rolle = 'hauptperson' AND geburtsdatum + INTERVAL 18 YEAR > von""",
    "ELB sind mindestens 15": """
        FROM bg_mitglied JOIN person USING (kundennr) WHERE personengruppe = 'ELB' AND geburtsdatum + INTERVAL 15 YEAR > von""",
    "NEF sind jünger als 15": """
        FROM bg_mitglied JOIN person USING (kundennr)
        WHERE personengruppe = 'NEF' AND geburtsdatum + INTERVAL 15 YEAR <= least(offen(bis), st())""",
    "Kinder sind jünger als 25": """
        FROM bg_mitglied JOIN person USING (kundennr)
        WHERE rolle = 'kind' AND geburtsdatum + INTERVAL 25 YEAR <= least(offen(bis), st())""",
    "niemand bezieht nach der Altersgrenze": """
        FROM anspruch JOIN person USING (kundennr)
        WHERE geburtsdatum + INTERVAL 67 YEAR < least(offen(bis), st()) OR (year(geburtsdatum) < 1950
          AND geburtsdatum + INTERVAL 66 YEAR < least(offen(bis), st()))""",
    "alleinerziehend heißt: kein Partner, ein Kind unter 18": """
        SELECT bg_nr FROM bg JOIN bg_mitglied m USING (bg_nr) JOIN person USING (kundennr)
        WHERE bg_typ = 'alleinerziehend' GROUP BY 1, beendet_am
        HAVING count(*) FILTER (rolle = 'partner') > 0
            OR count(*) FILTER (rolle = 'kind' AND geburtsdatum + INTERVAL 18 YEAR > coalesce(beendet_am, st())) = 0""",
    "alleinstehend heißt: eine Person": """
        SELECT bg_nr FROM bg JOIN bg_mitglied USING (bg_nr) WHERE bg_typ = 'alleinstehend'
        GROUP BY 1 HAVING count(DISTINCT kundennr) > 1""",
    "ein Paar hat einen Partner": """
        SELECT bg_nr FROM bg JOIN bg_mitglied USING (bg_nr) WHERE bg_typ LIKE 'paar%'
        GROUP BY 1, bg_typ HAVING count(*) FILTER (rolle = 'partner') = 0
            OR (bg_typ = 'paar_mit_kind') <> (count(*) FILTER (rolle = 'kind') > 0)""",
    "niemand hat Anspruch ohne Mitgliedschaft": """
        SELECT * FROM anspruch a WHERE NOT EXISTS (FROM bg_mitglied m WHERE m.kundennr = a.kundennr AND m.bg_nr = a.bg_nr
          AND personengruppe IN ('ELB', 'NEF') AND m.von <= a.von)""",
    "niemand hat zwei Ansprüche an einem Tag": """
        FROM anspruch a JOIN anspruch b ON a.kundennr = b.kundennr AND a.rowid < b.rowid
          AND a.von <= offen(b.bis) AND b.von <= offen(a.bis)""",
    "Geld gibt es nur für Monate mit Anspruch": """
        FROM leistungsmonat l WHERE NOT EXISTS (FROM anspruch a WHERE a.kundennr = l.kundennr AND a.bg_nr = l.bg_nr
          AND a.von <= last_day(monat) AND offen(a.bis) >= monat)""",
    "für jeden Monat mit Anspruch gibt es Geld": """
        WITH m AS (SELECT unnest(generate_series(st() - INTERVAL 30 MONTH, st(), INTERVAL 1 MONTH))::DATE AS t)
        FROM m JOIN anspruch a ON a.von <= t AND offen(a.bis) >= t
        ANTI JOIN leistungsmonat l ON l.kundennr = a.kundennr AND l.monat = date_trunc('month', t)""",
    "der Zahlbetrag übersteigt den Anspruch nie": "FROM leistungsmonat WHERE zahlbetrag > anspruch OR anspruch <= 0",
    "geltende Bewilligungen überschneiden sich nicht": """
        WITH p AS (FROM bewilligung b WHERE art IN ('vorlaeufig', 'abschliessend') AND angeordnet_am IS NOT NULL
          AND bewilligung_id NOT IN (SELECT ersetzt_id FROM bewilligung WHERE ersetzt_id IS NOT NULL))
        FROM p a JOIN p b ON a.bg_nr = b.bg_nr AND a.bewilligung_id < b.bewilligung_id AND a.von <= b.bis AND b.von <= a.bis""",
    "Bewilligungen dauern 6 oder 12 Monate, wenn nichts sie verkürzt": """
        FROM bewilligung b WHERE art IN ('vorlaeufig', 'abschliessend') AND day(von) = 1
          AND datediff('month', von, bis) + 1 NOT IN (6, 12) AND ersetzt_id IS NULL""",
    "wer Anspruch hat, hat eine Bewilligung": """
        WITH m AS (SELECT unnest(generate_series(st() - INTERVAL 30 MONTH, st(), INTERVAL 1 MONTH))::DATE AS t)
        FROM m JOIN anspruch a ON a.von <= t AND offen(a.bis) >= t
        ANTI JOIN bewilligung b ON b.bg_nr = a.bg_nr AND art IN ('vorlaeufig', 'abschliessend') AND t BETWEEN b.von AND b.bis""",
    "jede vorläufige Entscheidung wird binnen zwölf Monaten abschließend": """
        FROM bewilligung v WHERE art = 'vorlaeufig' AND bis + INTERVAL 12 MONTH < st()
          AND bewilligung_id NOT IN (SELECT ersetzt_id FROM bewilligung WHERE ersetzt_id IS NOT NULL)""",
    "wer tippt, ordnet nicht an": "FROM bewilligung WHERE erfasser = anordner",
    "Entscheidungen laufen von Antrag über Erfassung zur Anordnung": """
        FROM bewilligung WHERE antrag_am > erfasst_am OR erfasst_am > angeordnet_am OR angeordnet_am > st()""",
    "nach einer Lücke über 31 Tage gibt es einen neuen Antrag": """
        WITH l AS (SELECT kundennr, bg_nr, von, lag(bis) OVER (PARTITION BY kundennr ORDER BY von) AS davor FROM anspruch)
        FROM l WHERE von - davor > 32 AND NOT EXISTS (FROM bewilligung b WHERE b.bg_nr = l.bg_nr
          AND antrag_am BETWEEN davor - 60 AND last_day(l.von))""",
    "Minderungen liegen in ihrer Rechtslage": """
        FROM minderung WHERE prozent > 30 OR (von < DATE '2022-07-01' AND bis > DATE '2022-06-30')
          OR festgestellt_am > pflichtverletzung_am + INTERVAL 6 MONTH OR festgestellt_am >= von
          OR bis <> last_day(von + INTERVAL 2 MONTH)""",
    "eine Minderung ist keine Lücke": """
        SELECT kundennr FROM minderung JOIN anspruch a USING (kundennr) GROUP BY kundennr HAVING count(DISTINCT a.von) > 1""",
    "Überschneidungen sind nach drei Monaten erledigt": """
        FROM datenabgleich WHERE erledigt_am IS NULL AND eingang_am + INTERVAL 3 MONTH < st()
          OR erledigt_am > eingang_am + INTERVAL 3 MONTH OR (art = 'beschaeftigung' AND information_mi IS NOT TRUE)""",
    "jeder Kunde hat am Stichtag genau einen Status": """
        SELECT kundennr FROM elb(st()) LEFT JOIN arbeitsmarktstatus s USING (kundennr) GROUP BY 1
        HAVING count(*) FILTER (st() BETWEEN s.von AND offen(s.bis)) <> 1""",
    "Status überschneiden sich nicht": """
        FROM arbeitsmarktstatus a JOIN arbeitsmarktstatus b ON a.kundennr = b.kundennr AND a.von < b.von AND offen(a.bis) >= b.von""",
    "wer in einer Maßnahme ist, ist nicht arbeitslos": """
        FROM massnahme m JOIN arbeitsmarktstatus s USING (kundennr)
        WHERE status = 'arbeitslos' AND s.von <= m.bis AND offen(s.bis) >= m.von""",
    "nach der Maßnahme wird der Status zurückgesetzt": """
        FROM arbeitsmarktstatus s WHERE status = 'in_massnahme' AND NOT EXISTS (FROM massnahme m WHERE m.kundennr = s.kundennr
          AND s.von = m.von AND (s.bis = m.bis OR (s.bis IS NULL AND m.bis > st())))""",
    "wer sv-pflichtig arbeitet, ist nicht arbeitslos": """
        FROM integration i JOIN arbeitsmarktstatus s USING (kundennr) JOIN elb(st()) USING (kundennr)
        WHERE i.art <> 'geringfuegig' AND status = 'arbeitslos' AND s.von <= offen(i.ende) AND offen(s.bis) >= i.beginn
          AND NOT bedarfsdeckend""",
    "§ 10 endet mit dem dritten Geburtstag": """
        FROM arbeitsmarktstatus s JOIN bg_mitglied e USING (kundennr) WHERE status = 'par10' AND s.bis IS NULL
          AND NOT EXISTS (FROM bg_mitglied k JOIN person p ON p.kundennr = k.kundennr
            WHERE k.bg_nr = e.bg_nr AND rolle = 'kind' AND geburtsdatum + INTERVAL 3 YEAR > st())""",
    "§ 53a erst ab 58 und nicht nach 2022": """
        FROM arbeitsmarktstatus s JOIN person USING (kundennr)
        WHERE status = 'par53a' AND (geburtsdatum + INTERVAL 58 YEAR > s.von OR s.von > DATE '2022-12-31')""",
    "höchstens eine Integration je Person und Monat": """
        SELECT kundennr FROM integration GROUP BY kundennr, date_trunc('month', beginn) HAVING count(*) > 1""",
    "wer integriert wird, war am Ende des Vormonats Kunde": """
        WITH i AS (SELECT *, (date_trunc('month', beginn) - INTERVAL 1 DAY)::DATE AS t FROM integration)
        FROM i WHERE NOT EXISTS (FROM anspruch a WHERE a.kundennr = i.kundennr AND t BETWEEN a.von AND offen(a.bis))""",
    "zu jeder Arbeitsaufnahme gibt es eine Änderung": """
        FROM integration i WHERE beginn + INTERVAL 2 MONTH < st() AND NOT EXISTS (FROM aenderung a WHERE a.kundennr = i.kundennr
          AND a.art = 'einkommen_aufnahme' AND wirksam_ab = beginn AND storniert_am IS NULL)""",
    "zu jedem Fallende durch Arbeit gibt es eine Integration": """
        FROM fall_ende f WHERE grund = 'arbeitsaufnahme' AND NOT EXISTS (FROM integration i JOIN bg_mitglied m USING (kundennr)
          WHERE m.bg_nr = f.bg_nr AND abs(beginn - f.ende) <= 31)""",
    "beendete Maßnahmen haben Ergebnis und Absolventengespräch": """
        FROM massnahme WHERE bis <= st() AND (ergebnis IS NULL OR absolventengespraech_am IS NULL
          OR absolventengespraech_am NOT BETWEEN bis - 28 AND bis + 7)""",
    "§§ 16e und 16i haben ein Coaching": """
        FROM massnahme m WHERE art IN ('par16e', 'par16i') AND NOT EXISTS (FROM massnahme c WHERE c.kundennr = m.kundennr
          AND c.art = 'coaching_16e_16i' AND c.von = m.von)""",
    "Vorschläge haben nach vier Wochen ein Ergebnis": """
        FROM vermittlungsvorschlag WHERE am < st() - 28 AND (ergebnis = 'offen' OR ergebnis_am IS NULL)""",
    "jeder Kunde hat am Stichtag einen gültigen Plan": """
        FROM elb(st()) ANTI JOIN (FROM kooperationsplan WHERE st() BETWEEN von AND offen(bis)) USING (kundennr)""",
    "jede IFK betreut am Stichtag fünf Kunden intensiv": """
        SELECT mitarbeiter FROM mitarbeiter m LEFT JOIN intensivbetreuung i ON i.ifk = mitarbeiter AND st() BETWEEN i.von AND offen(i.bis)
        WHERE funktion = 'ifk' AND m.bis IS NULL GROUP BY 1 HAVING count(i.kundennr) <> 5""",
    "Intensivkunden waren bei Aufnahme 15 bis 21 Monate im Bezug": """
        SELECT i.kundennr FROM intensivbetreuung i JOIN anspruch a ON a.kundennr = i.kundennr AND i.von BETWEEN a.von AND offen(a.bis)
        WHERE i.von - a.von NOT BETWEEN 457 AND 637""",
    "jeder Monat der Intensivbetreuung hat ein Gespräch": """
        SELECT i.kundennr, t FROM intensivbetreuung i,
          (SELECT unnest(generate_series(st() - INTERVAL 11 MONTH, st(), INTERVAL 1 MONTH))::DATE AS t)
        WHERE i.von <= date_trunc('month', t) AND least(offen(i.bis), st()) >= last_day(t) AND NOT EXISTS (FROM kontakt k
          WHERE k.kundennr = i.kundennr AND k.art IN ('gespraech', 'telefon', 'video') AND date_trunc('month', am) = date_trunc('month', t))""",
    "Kunden haben nie zwei zuständige IFK": """
        FROM zustaendigkeit a JOIN zustaendigkeit b ON a.kundennr = b.kundennr AND a.von < b.von AND offen(a.bis) >= b.von
        WHERE NOT a.vertretung AND NOT b.vertretung""",
    "Zuständige sind im Dienst": """
        FROM zustaendigkeit z JOIN mitarbeiter m ON m.mitarbeiter = z.ifk WHERE z.von < m.von OR offen(z.bis) > offen(m.bis)""",
    "Drittstaatsangehörige haben einen gültigen Titel": """
        FROM person WHERE staatsangehoerigkeit NOT IN ('DE', 'PL', 'RO') AND (aufenthaltstitel IS NULL OR offen(aufenthalt_bis) < st())""",
    "Gleichstellung nur bei GdB 30 oder 40": "FROM person WHERE gleichgestellt <> (coalesce(gdb, 0) BETWEEN 30 AND 40)",
    "nach dem Tod geschieht nichts mehr": """
        FROM person JOIN kontakt USING (kundennr) WHERE am > tod_am""",
    "nichts ist nach dem Datenstand geschehen": """
        SELECT 1 FROM kontakt WHERE am > st() UNION ALL SELECT 1 FROM integration WHERE beginn > st() UNION ALL
        SELECT 1 FROM ifk_info WHERE am > st() UNION ALL SELECT 1 FROM vermittlungsvorschlag WHERE greatest(am, ergebnis_am) > st()
        UNION ALL SELECT 1 FROM integrationsziel WHERE stand > st() UNION ALL SELECT 1 FROM aenderung
          WHERE greatest(bekannt_am, erfasst_am, angeordnet_am, storniert_am) > st()
        UNION ALL SELECT 1 FROM fall_ende WHERE greatest(bekannt_am, erfasst_am, angeordnet_am) > st()
        UNION ALL SELECT 1 FROM unterbrechung WHERE greatest(erfasst_am, angeordnet_am) > st()""",
}


@pytest.mark.parametrize("sentence", CONTRADICTIONS)
def test_clean_office_keeps(clean, sentence):
    assert clean.execute(CONTRADICTIONS[sentence]).fetchall() == [], sentence


CHECKED_WEIGHTS = (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)


def check_digit(number: str) -> int:
    """Return the check digit of an insurance number as VKVV § 2 says (letter A = 01)."""
    digits = number[:8] + f"{ord(number[8]) - 64:02d}" + number[9:11]
    return sum(sum(divmod(int(d) * w, 10)) for d, w in zip(digits, CHECKED_WEIGHTS, strict=True)) % 10


@pytest.mark.parametrize(
    "number, valid", [("15070649C103", True), ("65170839J003", True), ("12010188M011", True), ("65180175M003", False)]
)
def test_our_check_digit_knows_published_numbers(number, valid):
    assert (check_digit(number) == int(number[11])) is valid


def test_insurance_numbers_are_valid_and_carry_the_birthday(clean):
    rows = clean.execute(
        "SELECT vsnr, strftime(geburtsdatum, '%d%m%y'), geschlecht FROM person WHERE vsnr IS NOT NULL"
    ).fetchall()
    assert len(rows) > 1500
    for number, birthday, sex in rows:
        assert check_digit(number) == int(number[11])
        assert number[2:8] == birthday
        assert (number[9] < "5") is (sex == "m")
