"""The engine judges, counts, words and bounds rules, whatever the content is about."""

import hashlib
from dataclasses import replace
from datetime import date
from decimal import Decimal

import duckdb
import pytest

from amip_dq.content import catalog
from amip_dq.engine import Bench, evaluate, judgement_table, measure, open_for_judging
from amip_dq.model import Direction, FigureResult, Lifecycle, RuleResult, Status

STICHTAG = date(2023, 6, 30)


@pytest.fixture
def judged(library, tmp_path):
    """Return a function that judges rules on a few loans."""

    def judge(*rules, loans=LOANS, delivered=frozenset({"buch", "ausleihe"}), seconds=5.0):
        path = tmp_path / "arbeit.duckdb"
        path.unlink(missing_ok=True)
        con = duckdb.connect(str(path))
        catalog.create_tables(con, library.tables.values())
        con.execute("INSERT INTO daten.buch VALUES ('AB001', 'a', 1, 'nord', 1, 2), ('AB002', 'b', 1, NULL, 1, 3)")
        for loan in loans:
            con.execute("INSERT INTO daten.ausleihe VALUES (?, ?, ?, ?, ?, 1, 1)", loan)
        con.close()
        con = open_for_judging(path, library, STICHTAG, [*library.rules, *library.key_figures])
        return con, evaluate(con, library, rules or library.rules, delivered, seconds)

    return judge


LOANS = [
    (1, "AB001", date(2023, 1, 1), date(2023, 1, 29), False),
    (2, "AB001", date(2023, 1, 1), date(2023, 1, 30), False),
    (3, "AB002", None, None, None),
    (4, "AB002", date(2023, 6, 2), None, None),
    (5, None, date(2023, 1, 1), None, None),
]


def a_rule(library, sql, **changes):
    return replace(library.rules[0], sql=sql, **changes)


def test_counts_every_case_in_scope_once(judged):
    _, (result,) = judged()
    assert (result.ok, result.violation, result.undetermined) == (2, 1, 0)
    assert result.status is Status.FAILED


def test_words_a_finding_from_its_evidence(judged):
    con, _ = judged()
    rows = con.execute("SELECT text, evidence, team, geschaeftsstelle, fingerprint FROM befund").fetchall()
    assert rows == [
        (
            "Buch AB001 war am 29.01.2023 fällig und kam am 30.01.2023 zurück.",
            '{"faellig_am":"2023-01-29","bis":"2023-01-30"}',
            "Theke nord",
            "nord",
            hashlib.sha256(b"ausleihe.rueckgabe_verspaetet|AB001|2").hexdigest()[:16],
        )
    ]


def test_null_never_passes(judged, library):
    rule = a_rule(library, "SELECT signatur AS case_id, ausleihe_id AS item, bis, von AS faellig_am, bis > von AS violated FROM ausleihe")
    con, (result,) = judged(rule)
    assert (result.ok, result.violation, result.undetermined) == (0, 2, 2)
    texts = con.execute("SELECT text FROM befund WHERE verdict = 'undetermined' ORDER BY item").fetchall()
    assert texts[0][0] == "Nicht prüfbar: Buch nicht rechtzeitig zurückgegeben. Ohne Angabe: Zurückgegeben am, faellig am."


@pytest.mark.parametrize(
    ("sql", "status", "said"),
    [
        ("SELECT 'x' AS case_id, (1 // 0) = 1 AS violated, NULL::DATE AS bis, NULL::DATE AS faellig_am", Status.ERROR, "InvalidInputException"),
        ("SELECT 'x' AS case_id, CAST(signatur AS INTEGER) = 1 AS violated, bis, von AS faellig_am FROM ausleihe", Status.ERROR, "ConversionException"),
        ("SELECT signatur AS case_id, TRUE AS violated, bis, von AS faellig_am FROM ausleihe", Status.ERROR, "2 Zeilen wiederholen"),
        ("SELECT signatur AS case_id, TRUE AS violated, bis, von AS faellig_am FROM ausleihe WHERE FALSE", Status.NOT_APPLICABLE, None),
        ("SELECT sum(a.range)::VARCHAR AS case_id, TRUE AS violated, NULL AS bis, NULL AS faellig_am FROM range(1000000) a, range(10000000) b", Status.ERROR, "Zeit überschritten"),
    ],
)  # fmt: skip
def test_a_rule_that_breaks_is_its_own_error_and_the_others_go_on(judged, library, sql, status, said):
    con, (broken, sound) = judged(a_rule(library, sql, id="a.kaputt"), library.rules[0], seconds=1.5)
    assert broken.status is status
    assert said is None or said in broken.error
    assert sound.status is Status.FAILED
    assert status is not Status.ERROR or judgement_table(con, "a.kaputt") is None


def test_an_error_text_never_quotes_a_cell(judged, library):
    secret = [(1, "GEHEIM-4711", date(2023, 1, 1), None, None)]
    rule = a_rule(library, "SELECT 'x' AS case_id, CAST(signatur AS INTEGER) = 1 AS violated, bis, von AS faellig_am FROM ausleihe")
    _, (result,) = judged(rule, loans=secret)
    assert "GEHEIM" not in result.error


def test_a_missing_table_is_not_a_passed_rule(judged):
    _, (result,) = judged(delivered=frozenset({"buch"}))
    assert result.status is Status.NOT_DELIVERED
    assert result.missing_tables == ("ausleihe",)


def test_the_locked_database_cannot_reach_outside(judged):
    con, _ = judged()
    for statement in ("COPY (SELECT 1) TO 'x.csv'", "SELECT * FROM read_text('/etc/hostname')", "SET memory_limit = '1GB'",
                      "ATTACH 'y.duckdb'", "INSERT INTO daten.buch (signatur) VALUES ('x')"):  # fmt: skip
        with pytest.raises(duckdb.Error):
            con.execute(statement)


def test_key_figures_count_findings_against_their_target(judged, library):
    con, _ = judged()
    figures = {f.slice: f for f in measure(con, library, library.key_figures, STICHTAG, frozenset({"buch", "ausleihe"}))}
    whole = figures["gesamt"]
    assert (whole.numerator, whole.denominator, whole.reached) == (2, 3, True)
    assert whole.value == Decimal("0.666667")
    assert (figures["geschaeftsstelle=nord"].numerator, figures["geschaeftsstelle=nord"].denominator) == (1, 2)
    assert figures["geschaeftsstelle=ohne Zuordnung"].denominator == 1
    assert figures["geschaeftsstelle=nord"].reached is None


def test_a_key_figure_over_a_rule_that_was_not_judged_is_null(judged, library):
    con, _ = judged(delivered=frozenset({"buch"}))
    (figure,) = measure(con, library, library.key_figures, STICHTAG, frozenset({"buch"}))
    assert (figure.numerator, figure.value, figure.reached) == (None, None, None)


@pytest.mark.parametrize(("numerator", "reached"), [(4099, True), (4098, False)])
def test_integers_decide_where_both_print_ninety_per_cent(library, numerator, reached):
    figure = replace(library.key_figures[0], direction=Direction.AT_LEAST)
    result = FigureResult(figure, "gesamt", numerator, 4554, 0, Decimal(90))
    assert result.reached is reached
    assert f"{float(result.value) * 100:.1f}" == "90.0"


def test_an_empty_denominator_is_not_a_hundred_per_cent(library):
    result = FigureResult(library.key_figures[0], "gesamt", 0, 0, 0, Decimal(90))
    assert (result.value, result.reached) == (None, None)


@pytest.mark.parametrize(
    ("counts", "status"),
    [
        ({"error": "x", "missing_tables": ("a",)}, Status.ERROR),
        ({"missing_tables": ("a",)}, Status.NOT_DELIVERED),
        ({}, Status.NOT_APPLICABLE),
        ({"violation": 2, "waived": 1}, Status.FAILED),
        ({"violation": 1, "waived": 1, "undetermined": 1}, Status.INCONCLUSIVE),
        ({"violation": 1, "waived": 1}, Status.PASSED),
        ({"ok": 1}, Status.PASSED),
    ],
)
def test_status_is_the_first_that_applies(library, counts, status):
    assert RuleResult(library.rules[0], **counts).status is status


def test_only_pilot_and_active_rules_run_within_their_dates(library):
    rule = library.rules[0]
    assert rule.applies_on(date(2000, 1, 1))
    assert not rule.applies_on(date(1999, 12, 31))
    assert not replace(rule, valid_to=date(2005, 1, 1)).applies_on(date(2005, 1, 2))
    assert not replace(rule, status=Lifecycle.ENTWURF).applies_on(STICHTAG)


def test_an_example_that_fails_says_how(library):
    example = replace(library.rules[0].examples[0], expect={"1": "violation", "2": "ok"})
    bench = Bench(library)
    assert list(bench.differences(library.rules[0], example)) == [
        "1: erwartet violation, Urteil ok",
        "2: erwartet ok, ist nicht im Umfang der Regel",
    ]


def test_an_evidence_column_may_have_any_name(judged, library):
    rule = a_rule(
        library,
        "SELECT signatur AS case_id, ausleihe_id AS item, TRUE AS violated, bis, von AS faellig_am, 'x' AS beleg, 1 AS satz FROM ausleihe",
    )
    con, _ = judged(rule)
    evidence = con.execute("SELECT evidence FROM befund WHERE item = '1'").fetchall()[0][0]
    assert evidence == '{"bis":"2023-01-29","faellig_am":"2023-01-01","beleg":"x","satz":1}'


def test_an_open_end_is_said_to_be_open(judged, library):
    rule = a_rule(library, "SELECT signatur AS case_id, ausleihe_id AS item, TRUE AS violated, bis, von AS faellig_am FROM ausleihe")
    con, _ = judged(rule)
    text = con.execute("SELECT text FROM befund WHERE item = '4'").fetchall()[0][0]
    assert text == "Buch AB002 war am 02.06.2023 fällig und kam am offen zurück."
