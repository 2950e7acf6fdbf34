"""Every procedure from the draw to its conclusion; the sentences are those of the specification."""

from __future__ import annotations

import json
import re

import pytest
from audit_office import FAULT, RIGHT, with_errors

TOLERABLE = 'verfahren: attribut\ntolerierbar: "0.05"\n'
MONEY_FAULT = {**RIGHT, "A3": "falsch", "betrag_richtig": "400,00", "ursache": "Rechenfehler"}
PAPER_FAULT = {**RIGHT, "A1": "falsch", "ursache": "fehlender Nachweis"}


def told(office) -> dict:
    return json.loads(office.path("bericht/result.json").read_text(encoding="utf-8"))


def words(office) -> str:
    return re.sub(r"<[^>]+>|\s+", " ", office.path("bericht/bericht.html").read_text(encoding="utf-8"))


@pytest.mark.parametrize("expected, errors, code, sentence", [
    (0, 0, 0, "In der Zufallsstichprobe von 57 aus 1.000 Fällen wurde kein Fehler festgestellt. Das bedeutet nicht, dass es "
     "keine Fehler gibt: Mit 95 % Sicherheit sind höchstens 49 der 1.000 Fälle (4,9 %) fehlerhaft."),
    (5, 4, 0, "4 von 197 geprüften Fällen waren fehlerhaft (2,0 %). Mit 95 % Sicherheit liegt der Anteil bei höchstens "
     "43 von 1.000 Fällen (4,3 %)."),
    (2, 4, 1, "4 von 119 geprüften Fällen waren fehlerhaft (3,4 %). Der Anteil im Bestand kann bis zu 72 von 1.000 Fällen "
     "(7,2 %) betragen."),
    (2, 15, 3, "Mit 95 % Sicherheit sind mindestens 82 von 1.000 Fällen fehlerhaft; die tolerierbare Quote ist überschritten."),
])  # fmt: skip
def test_the_three_conclusions(office, expected, errors, code, sentence):
    office.draw(TOLERABLE + f"erwartet: {{faelle: {expected}}}\n")
    assert office.audit(with_errors(errors)) == code
    assert sentence in words(office)
    if code == 1:
        assert "lässt sich mit dieser Stichprobe nicht nachweisen." in words(office)
        assert "Eine Überschreitung ist damit ebenfalls nicht nachgewiesen." in words(office)
    assert "höchstens 5 von 100 Anwendungen eine zu niedrige Obergrenze" in words(office)


def test_kinds_of_faults_are_told_apart(office):
    office.draw(TOLERABLE + 'betragsschwelle: "150"\n')
    faults = [PAPER_FAULT, PAPER_FAULT, FAULT, MONEY_FAULT, {**MONEY_FAULT, "betrag_richtig": "200,00"}]
    office.audit(lambda place, row: faults[place] if place < len(faults) else RIGHT)
    found = {name: kind["cases"] for name, kind in told(office)["outcomes"].items()}
    assert found == {
        "irgendein_fehler": 5,
        "nur_dokumentation": 2,
        "rechtlich_falsch": 1,
        "betrag_falsch": 2,
        "betrag_ueber_schwelle": 1,
    }


def test_documentation_does_not_count_where_the_plan_says_so(office):
    office.draw(TOLERABLE + "zaehlt: [recht, betrag]\n")
    assert office.audit(with_errors(3, PAPER_FAULT)) == 0
    assert told(office)["errors"] == 0 and told(office)["outcomes"]["nur_dokumentation"]["cases"] == 3


def test_over_and_underpayments_are_never_netted(office):
    office.draw(TOLERABLE + "erwartet: {faelle: 2}\n")
    under = {**MONEY_FAULT, "betrag_richtig": "700,00"}
    office.audit(lambda place, row: MONEY_FAULT if place < 22 else under if place < 25 else RIGHT)
    over, less = told(office)["payments"]
    assert (over["cases"], over["cents"], less["cases"], less["cents"]) == (22, 220000, 3, 60000)
    assert over["projected"] == pytest.approx(1000 * 220000 / 119) and less["projected"] is None
    assert "zu wenige Abweichungen" in words(office)


def test_swapped_amounts_are_suspected(office):
    office.draw(TOLERABLE)
    office.audit(with_errors(4, {**MONEY_FAULT, "betrag_richtig": "700,00"}))
    assert "Spalten vertauscht?" in words(office)


def test_discovery_ends_with_the_first_error(office):
    office.draw('verfahren: entdeckung\ntolerierbar: "0.05"\n')
    assert office.audit(with_errors(1)) == 1
    assert "eine Quote wird nicht geschätzt" in words(office) and "Obergrenze (einseitig" not in words(office)


def test_risk_selection_is_never_projected(office):
    office.draw("verfahren: risiko_ohne_hochrechnung\numfang: 20\n")
    assert office.audit(with_errors(5)) == 0
    assert told(office)["limits"] is None and all(kind["limits"] is None for kind in told(office)["outcomes"].values())
    assert "wird nicht hochgerechnet" in words(office) and not re.search(r"5 von 20[^.]*%", words(office))


def test_an_estimate_has_an_interval_and_no_verdict(office):
    office.draw('verfahren: geschaetzt\ngenauigkeit: "0.05"\nerwartet: {rate: "0.2"}\n')
    assert office.audit(with_errors(30)) == 0
    assert told(office)["conclusion"] == "ohne Zielwert ausgewertet"
    assert "Mit 95 % Sicherheit liegt der Anteil zwischen" in words(office)


def test_a_staged_plan_extends_only_with_exactly_one_error(office):
    office.draw(TOLERABLE + "stufen: [1, 0]\n")
    sheet = office.filled(with_errors(1))
    assert office.run("import", sheet, "--draw", "@ziehung", "--out", "@ergebnis.json") == 0
    assert office.run("evaluate", "@ergebnis.json", "--out", "@bericht") == 2
    more = office.filled(with_errors(0), "stufe2.csv", "--next", str(office.path("ergebnis.json")))
    assert (
        office.run("import", more, "--draw", "@ziehung", "--previous", "@ergebnis.json", "--out", "@ergebnis.json") == 0
    )
    assert office.run("evaluate", "@ergebnis.json", "--out", "@bericht") == 0
    assert told(office)["examined"] == 118 and "1 Fehler in der ersten Stufe von 59 Fällen, 0 in der zweiten" in words(
        office
    )


def test_a_staged_plan_with_two_errors_is_not_extended(office):
    office.draw(TOLERABLE + "stufen: [1, 0]\n")
    assert office.audit(with_errors(2)) == 1
    assert office.run("sheet", "@ziehung", "--next", str(office.path("ergebnis.json")), "--out", "@mehr.csv") == 2


def test_an_undeclared_extension_is_impossible(office):
    office.draw(TOLERABLE)
    office.audit(with_errors(1))
    assert office.run("sheet", "@ziehung", "--next", str(office.path("ergebnis.json")), "--out", "@mehr.csv") == 2


@pytest.mark.parametrize("errors", [0, 12])
def test_strata_are_weighted_and_their_limits_exact(office, errors):
    strata = "schichten: [{name: alt, N: 400, n: 60}, {name: neu, N: 600, n: 40}]\n"
    office.draw(TOLERABLE + strata, "--stratum", "team", stratum=lambda i: "alt" if i <= 400 else "neu")
    office.audit(with_errors(errors))
    limits = told(office)["limits"]
    assert limits["method"] == "exact" and float(limits["lower"]) <= float(limits["rate"]) <= float(limits["upper"])
    assert ("auf den Bestand gewichtet" in words(office)) == ("Korn und Graubard" in words(office)) == bool(errors)


def test_a_stratum_left_out_is_refused(office):
    office.list_cases(100, stratum=lambda i: "alt" if i <= 40 else "neu")
    office.plan(TOLERABLE + "schichten: [{name: alt, n: 10}]\n")
    office.run(
        "frame",
        "@liste.csv",
        "--unit",
        "bg",
        "--key",
        "bg_nr",
        "--stratum",
        "team",
        "--stichtag",
        "2025-06-30",
        "--out",
        "@rahmen",
    )
    assert office.run("plan", "@rahmen", "--plan", "@plan.yaml") == 2


def test_rules_get_precision_and_recall_with_intervals(office):
    findings = [
        "rule_id;case_id;verdict",
        *(f"a.b;{i:06d};violation" for i in range(1, 101)),
        *(f"c.d;{i:06d};violation" for i in range(81, 121)),
    ]
    office.path("findings.csv").write_text("\n".join([*findings, "a.b;000500;undetermined"]) + "\n")
    office.draw("verfahren: zweiphasen\nschichten: [{name: auffaellig, n: 60}, {name: unauffaellig, n: 120}]\n",
                "--findings", "@findings.csv")  # fmt: skip
    office.audit(lambda place, row: FAULT if int(row["einheit"]) <= 70 else RIGHT)
    rules = {rule["rule_id"]: rule for rule in told(office)["rules"]}
    assert rules["a.b"]["flagged"] == 100 and rules["c.d"]["flagged"] == 40
    precision = rules["a.b"]["precision"]
    assert float(precision["lower"]) <= 0.7 <= float(precision["upper"])
    assert float(rules["a.b"]["recall"]["lower"]) < 1 == float(rules["a.b"]["recall"]["point"])
    assert float(rules["c.d"]["recall"]["point"]) < 0.5
    assert told(office)["all_rules"]["flagged"] == 120
    assert "Die Regel findet geschätzt" in words(office)


def test_a_key_figure_gets_its_confirmed_quota(office):
    office.draw('verfahren: attribut\ntolerierbar: "0.1"\nerwartet: {faelle: 2}\nkennzahl: integrationsziel\n')
    office.audit(with_errors(2))
    quota = told(office)["confirmed_quota"]
    assert quota["kennzahl"] == "integrationsziel" and (quota["numerator"], quota["denominator"]) == (58, 60)
    assert float(quota["at_least"]) == 1 - float(told(office)["limits"]["upper"])


def test_money_counts_hits_top_items_and_zero_cases(office):
    office.draw('verfahren: mus\ntolerierbar: "0.05"\nnull_und_negativ: 10\n', size=300,
                amount=lambda i: "0,00" if i <= 20 else "60000,00" if i == 21 else "500,00")  # fmt: skip

    def fill(place, row):
        if row["betrag_gezahlt"] == "60000,00":
            return {**MONEY_FAULT, "betrag_richtig": "59000,00"}
        return RIGHT

    assert office.audit(fill) in (0, 1)
    money = told(office)["money"]
    assert money["top_cases"] == 1 and money["top_over"] == 100_000
    assert money["over_likely"] == 100_000 and money["over_upper"] > 100_000 and money["under_likely"] == 0
    assert money["zero_examined"] == 10 and money["book"] == 279 * 50_000 + 6_000_000
    assert money["hits"] == 59


def test_money_without_errors_shows_the_target(office):
    office.draw('verfahren: mus\ntolerierbar: "0.05"\n', size=300, amount=lambda i: f"{100 + i},00")
    assert office.audit(with_errors(0)) == 0
    assert told(office)["money"]["over_upper"] <= told(office)["money"]["tolerable"]


def test_money_beyond_the_target_is_an_excess(office):
    office.draw('verfahren: mus\ntolerierbar: "0.05"\n', size=300, amount=lambda i: "500,00")
    assert office.audit(lambda place, row: {**MONEY_FAULT, "betrag_richtig": "0,00"} if place < 30 else RIGHT) == 3
