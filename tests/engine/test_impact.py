"""What a key figure would be, were findings put right: measured again on corrected rows, said plainly where it is not known."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import duckdb
import pytest

from amip_dq.content import catalog, load_content
from amip_dq.engine import Bench, evaluate, measure, open_for_judging, what_if
from amip_dq.errors import ContentErrors
from amip_dq.model import Direction, Impact, KeyFigure

STICHTAG = date(2023, 6, 30)
TABLES = frozenset({"buch", "ausleihe"})
RETURNED = KeyFigure(
    "kennzahl.zurueck", "Zurückgegebene Bücher", "buch", (), "ziel_puenktlich", Direction.AT_LEAST, ("geschaeftsstelle",),
    {"ausleihe": ("signatur", "bis")}, "SELECT signatur AS case_id, bis IS NOT NULL AS im_zaehler FROM ausleihe",
)  # fmt: skip
GIVE_BACK = """SELECT a.ausleihe_id, a.signatur, a.von, coalesce(a.bis, CASE WHEN u.violated THEN faellig(a.von) END) AS bis,
                      a.verlaengert, u.case_id, u.item
               FROM ausleihe AS a
               LEFT JOIN urteil('ausleihe.rueckgabe_verspaetet') AS u ON u.item = CAST(a.ausleihe_id AS VARCHAR)"""
LOANS = [
    (1, "AB001", date(2023, 1, 1), date(2023, 1, 29)),  # in time
    (2, "AB001", date(2023, 1, 1), None),  # late, not back, nord
    (3, "AB002", date(2023, 1, 1), None),  # late, not back, sued
    (4, "AB002", date(2023, 2, 1), None),  # late, not back, sued
    (5, "AB002", date(2023, 1, 1), date(2023, 5, 1)),  # late, but back: nothing to correct
    (6, "AB002", date(2023, 6, 20), None),  # not due yet
]


def an_impact(library, sql=GIVE_BACK):
    columns = library.tables["ausleihe"].column_names
    return Impact("kennzahl.zurueck", "ausleihe", "der Rücklauf", "Käme dieses Buch zurück", "Kämen diese {n} Bücher zurück",
                  {"ausleihe": columns}, (), sql)  # fmt: skip


@pytest.fixture
def asked(library, tmp_path):
    """Return a function that judges a few loans and asks what a correction would change."""

    def ask(sql=GIVE_BACK, loans=LOANS, figure=RETURNED, measured=True):
        path = tmp_path / "arbeit.duckdb"
        path.unlink(missing_ok=True)
        con = duckdb.connect(str(path))
        catalog.create_tables(con, library.tables.values())
        con.execute("INSERT INTO daten.buch VALUES ('AB001', 'a', 1, 'nord', 1, 2), ('AB002', 'b', 1, 'sued', 1, 3)")
        for loan in loans:
            con.execute("INSERT INTO daten.ausleihe (ausleihe_id, signatur, von, bis) VALUES (?, ?, ?, ?)", loan)
        con.close()
        rule = replace(library.rules[0], impact=an_impact(library, sql))
        content = replace(library, rules=(rule,), key_figures=(figure,))
        con = open_for_judging(path, content, STICHTAG, [rule, figure])
        results = evaluate(con, content, [rule], TABLES)
        figures = measure(con, content, [figure], STICHTAG, TABLES) if measured else ()
        return con, what_if(con, content, results, figures, STICHTAG, TABLES)

    return ask


def numbers(answers, office=None):
    return {a.slice: (a.before.numerator, a.after.numerator) for a in answers if a.office == office}


def test_measures_again_whole_by_slice_and_by_office(asked):
    _, answers = asked()
    assert numbers(answers) == {"gesamt": (2, 5), "geschaeftsstelle=nord": (1, 2), "geschaeftsstelle=sued": (1, 3)}
    assert numbers(answers, "nord") == {"gesamt": (2, 3)}
    assert numbers(answers, "sued") == {"gesamt": (2, 4)}
    whole = answers[0]
    assert (whole.findings, whole.corrected, whole.change, whole.points) == (4, 4, 3, Decimal(50))


def test_leaves_what_was_delivered_alone(asked):
    con, _ = asked()
    assert con.execute("SELECT count(bis) FROM daten.ausleihe").fetchall() == [(2,)]
    assert con.execute("SELECT count(*) FROM befund").fetchall() == [(4,)]


def test_one_office_is_the_whole(asked):
    _, answers = asked(loans=LOANS[:2])
    assert numbers(answers, "nord") == {"gesamt": (1, 2)} and numbers(answers)["gesamt"] == (1, 2)


def test_no_effect_is_an_answer_too(asked):
    _, answers = asked(loans=[LOANS[0], LOANS[4]])
    assert answers[0].computable and answers[0].change == 0 and answers[0].points == 0


def test_an_undetermined_correction_is_not_computable(asked):
    _, answers = asked(GIVE_BACK.replace("u.violated THEN", "FALSE THEN").replace("u.case_id", "NULL AS case_id"))
    assert answers[0].corrected == 0 and not answers[0].computable and answers[0].change is None


def test_a_correction_that_breaks_says_so_and_quotes_no_cell(asked):
    _, answers = asked(GIVE_BACK.replace("a.verlaengert", "CAST(a.signatur AS BOOLEAN) AS verlaengert"))
    assert not answers[0].computable
    assert answers[0].after.error == "ConversionException"


@pytest.mark.parametrize("how", [{"loans": LOANS[:1]}, {"measured": False}, {"loans": []}])
def test_without_findings_or_a_measured_figure_there_is_no_answer(asked, how):
    assert asked(**how)[1] == ()


def test_three_in_long_term_receipt_one_of_them_dead(shipped):
    rule = shipped.rule("fallabschluss.tod_leistung_laeuft")
    example = next(e for e in rule.impact.examples if e.expect == {"findings": 1, "before": 3, "after": 2})
    bench = Bench(shipped)
    assert list(bench.impact_differences(rule, example)) == []
    alive = replace(example, tables={**example.tables, "person": ({"kundennr": "P1"},)})
    assert list(bench.impact_differences(rule, alive)) == ["findings: erwartet 1, gemessen 0", "after: erwartet 2, gemessen 3"]


def test_the_determined_rules_have_a_correction(shipped):
    numbers = {rule.control.id for rule in shipped.rules if rule.impact}
    assert numbers >= {"A-001", "U-001", "F-001", "F-003", "F-012", "F-013"}


# ------------------------------------------------------------------ what does not load
RULE, FIX = "rules/ausleihe/rueckgabe_verspaetet.yaml", "rules/ausleihe/rueckgabe_verspaetet.korrektur.sql"
BLOCK = """impact:
  figure: kennzahl.zurueck
  table: ausleihe
  count: der Rücklauf
  one: Käme dieses Buch zurück
  many: "Kämen diese {n} Bücher zurück"
  reads: {ausleihe: [ausleihe_id, signatur, von, bis, verlaengert]}
  examples:
    - name: ein Buch fehlt
      stichtag: 2023-06-30
      tables: {ausleihe: [{ausleihe_id: 1, signatur: AB001, von: 2023-01-01}]}
      expect: {findings: 1, before: 0, after: 1}
reads:
"""
FIGURE = """title: Zurückgegebene Bücher
unit: buch
basis: [{cite: Jahresplan, role: ziel}]
target: ziel_puenktlich
direction: at_least
slices: []
reads: {ausleihe: [signatur, bis]}
"""


@pytest.fixture
def with_impact(library_copy):
    rule = library_copy / RULE
    rule.write_text(rule.read_text("utf-8").replace("reads:\n", BLOCK, 1), "utf-8")
    (library_copy / FIX).write_text(GIVE_BACK, "utf-8")
    (library_copy / "rules/kennzahlen/zurueck.yaml").write_text(FIGURE, "utf-8")
    (library_copy / "rules/kennzahlen/zurueck.sql").write_text(RETURNED.sql, "utf-8")
    return library_copy


def test_loads_and_its_example_holds(with_impact):
    content = load_content(with_impact)
    assert [result.differences for result in Bench(content).run(content.rules[0])][-1] == ()


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (RULE, "figure: kennzahl.zurueck", "figure: kennzahl.weg", "»kennzahl.weg« gibt es nicht"),
        (RULE, "figure: kennzahl.zurueck", "figure: kennzahl.puenktlich", "besteht aus Urteilen"),
        (RULE, "table: ausleihe", "table: leihe", "die Tabelle »leihe« gibt es nicht"),
        (RULE, "table: ausleihe", "table: buch", "liest die Tabelle »buch« nicht"),
        (RULE, "diese {n} Bücher", "die Bücher", "»many« enthält genau einmal {n}"),
        (RULE, "dieses Buch zurück", "{n} Buch zurück", "»one« enthält nichts in geschweiften Klammern"),
        (RULE, "findings: 1, before: 0, after: 1", "before: 0, after: 1", "expect nennt genau findings, before, after"),
        (RULE, "before: 0, after: 1", "before: 1, after: 1", "es fehlt ein Beispiel, in dem sich die Kennzahl ändert"),
        (RULE, "bis, verlaengert]}\n  examples", "bis]}\n  examples", "sichtbar sind nur die Spalten unter impact, reads"),
        (RULE, "  count: der Rücklauf\n", "", "Schlüssel »count« fehlt"),
        (RULE, "  count: der", "  sql: SELECT 1\n  count: der", "»sql« ergibt sich aus der Datei"),
        (FIX, "ausleihe.rueckgabe_verspaetet", "ausleihe.anderes", "liest genau ein Urteil"),
        (FIX, "u.case_id, u.item", "u.case_id", "die Spalte »item« fehlt"),
        (FIX, "u.case_id, u.item", "u.case_id, u.item, 1 AS mehr", "»mehr« gehört nicht zur Tabelle »ausleihe«"),
        (FIX, "a.signatur, a.von", "1 AS signatur, a.von", "»signatur« muss VARCHAR sein"),
    ],
)
def test_every_mistake_is_named(with_impact, file, old, new, said):
    path = with_impact / file
    assert old in path.read_text("utf-8")
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(ContentErrors) as caught:
        load_content(with_impact)
    assert said in str(caught.value)


def test_correction_and_its_words_come_together(with_impact):
    (with_impact / FIX).rename(with_impact / "rules/ausleihe/andere.korrektur.sql")
    with pytest.raises(ContentErrors) as caught:
        load_content(with_impact)
    assert "die zugehörige Datei andere.yaml fehlt" in str(caught.value)
    assert "die zugehörige Datei rueckgabe_verspaetet.korrektur.sql fehlt" in str(caught.value)


def test_a_correction_without_words_does_not_load(library_copy):
    (library_copy / FIX).write_text(GIVE_BACK, "utf-8")
    with pytest.raises(ContentErrors) as caught:
        load_content(library_copy)
    assert "fehlt der Schlüssel »impact«" in str(caught.value)
