"""The catalogue: pages and workbook of the rule set, what it says of proof and history, and that hostile texts stay texts."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from report_pages import Page, digest_of, pages_in, text_of

from amip_dq.cli.main import run
from amip_dq.content import load_content
from amip_dq.engine.mutate import MutationResult
from amip_dq.engine.mutation_file import Mutations, read_mutations, write_mutations
from amip_dq.errors import AmipError
from amip_dq.model import (
    CatalogueEntry,
    Example,
    Impact,
    Lifecycle,
    Parameter,
    ParameterValue,
    ResidualRisk,
    Risk,
    Severity,
)
from amip_dq.report.catalogue import Catalogue, write_catalogue
from amip_dq.report.catalogue_facts import control_lines, risk_lines, spans, turns, uses_of
from amip_dq.report.catalogue_record import RuleRecord

LIBRARY = Path(__file__).resolve().parents[1] / "andere_domaene"
RULE = "ausleihe.rueckgabe_verspaetet"
HOSTILE = '<script>alert(1)</script>"\'&{{ 7*7 }}'


@pytest.fixture(scope="module")
def lending():
    """The content of the lending library, with a catalogue of three controls."""
    content = load_content(LIBRARY)
    entries = (
        CatalogueEntry("B-001", "Verspätete Rückgabe", RULE),
        CatalogueEntry("B-002", "Pünktlichkeit", ("kennzahl.puenktlich", "engine: zählt jede Nacht")),
        CatalogueEntry("C-001", "Beschädigte Bücher", not_decidable="Der Zustand steht in keiner Tabelle."),
    )
    return replace(content, catalogue={entry.id: entry for entry in entries})


@pytest.fixture(scope="module")
def site(lending, tmp_path_factory):
    return written(Catalogue(lending), tmp_path_factory.mktemp("katalog"))


def written(catalogue: Catalogue, out: Path) -> Path:
    write_catalogue(catalogue, out)
    return out


def page(site: Path, name: str) -> str:
    return text_of((site / name).read_text("utf-8"))


# ------------------------------------------------------------------ pages
def test_there_is_a_page_for_everything(site):
    names = {str(path.relative_to(site)) for path in pages_in(site)}
    assert names == {
        "index.html", "abdeckung.html", "matrix.html", "parameter.html", "sichten.html",
        "regel/ausleihe-rueckgabe-verspaetet.html", "kennzahl/kennzahl-puenktlich.html",
    }  # fmt: skip
    assert (site / "regelkatalog.xlsx").is_file()


def test_pages_are_well_formed_and_links_lead_somewhere(site):
    for path in pages_in(site):
        text = path.read_text("utf-8")
        read = Page(text)
        assert "default-src 'none'" in text and "{{" not in text and read.scripts == 1
        assert read.headings[0] == 1 and all(b - a <= 1 for a, b in zip(read.headings, read.headings[1:], strict=False))
        assert len(set(read.ids)) == len(read.ids)
        for link in read.links:
            target, _, anchor = link.partition("#")
            assert not target.startswith(("http", "//")) and (not target or (path.parent / target).is_file()), link
            if anchor:
                other = (path.parent / target).read_text("utf-8") if target else text
                assert anchor in Page(other).ids, link


def test_a_rule_page_says_what_a_lawyer_asks_for(site):
    text = page(site, "regel/ausleihe-rueckgabe-verspaetet.html")
    for words in (
        "B-001", "Buch nicht rechtzeitig zurückgegeben", "Benutzungsordnung § 4", "Wer wartet, soll das Buch bekommen.", "Mahnung schreiben",
        "Buch [Case id] war am [Faellig am] fällig und kam am [Zurückgegeben am] zurück.", "Leihfrist", "28 Tage", "14 Tage", "31.12.2023",
        "am letzten Tag zurück", "29.01.2023", "in Ordnung", "Befund", "SELECT signatur AS case_id", "faellig", "R-01", "nicht gemessen",
    ):  # fmt: skip
        assert words in text, words


def test_every_verdict_of_every_example_is_shown(site, lending):
    text = (site / "regel/ausleihe-rueckgabe-verspaetet.html").read_text("utf-8")
    verdicts = [verdict for example in lending.rule(RULE).examples for verdict in example.expect.values()]
    assert len(re.findall(r'<span class="tag (?:gut|warnt|ruhig)">.*?(?:in Ordnung|Befund|nicht prüfbar)</span>', text, re.DOTALL)) == len(verdicts)


def test_coverage_page_shows_every_control_with_what_decides_it_or_why_not(site):
    text = page(site, "abdeckung.html")
    assert "2 von 3 Kontrollen sind aus den Daten entscheidbar" in text
    for words in ("B-001", "B-002", "Programm: zählt jede Nacht", "C-001", "nicht entscheidbar Der Zustand steht in keiner Tabelle."):
        assert words in text, words


def test_without_a_list_of_controls_nothing_is_claimed(library_content_only, tmp_path):
    text = page(written(Catalogue(library_content_only), tmp_path), "abdeckung.html")
    assert "aus den Daten entscheidbar" not in text and "liegt nicht vor" in text and "Liste fehlt" in text
    assert "1 Kontrolle hat eine Regel" in text


@pytest.fixture
def library_content_only():
    return load_content(LIBRARY)


def test_matrix_names_risks_without_a_control(lending, tmp_path):
    bare = replace(lending, risks={**lending.risks, "R-02": Risk("R-02", "Wasserschaden", "Das Dach ist alt.", "hausmeister")})
    text = page(written(Catalogue(bare), tmp_path), "matrix.html")
    assert "1 Risiko ohne Kontrolle" in text and "R-02 Wasserschaden (hausmeister)" in text
    assert "Ohne Verlaufsdatei" in text


# ------------------------------------------------------------------ facts
def test_values_are_found_through_views(lending):
    uses = uses_of(lending.rule(RULE), lending)
    assert [p.name for p in uses.parameters] == ["leihfrist_tage"] and [v.name for v in uses.views] == ["faellig"]
    assert "param(" not in lending.rule(RULE).sql


def test_values_by_date():
    values = {date(1900, 1, 1): ParameterValue(28), date(2024, 1, 1): ParameterValue(14, "neu", False)}
    parameter = Parameter("x", "X", "Tage", "alt", True, values)
    first, second = spans(parameter)
    assert (first.start, first.end, first.source, first.verified) == (None, date(2023, 12, 31), "alt", True)
    assert (second.start, second.end, second.source, second.verified) == (date(2024, 1, 1), None, "neu", False)
    assert [(turn.day, turn.before, turn.after) for turn in turns([parameter])] == [(date(2024, 1, 1), 28, 14)]


def test_a_rule_whose_number_is_not_listed_is_still_shown(lending):
    lines = control_lines(replace(lending, catalogue={}))
    assert [(line.id, line.listed, line.decidable) for line in lines] == [("B-001", False, True)]


@pytest.mark.parametrize("changes, gaps", [
    ({}, ("nur_aufdeckend",)), ({"status": Lifecycle.PILOT}, ("erprobung", "nur_aufdeckend")),
    ({"open_questions": ("Wer?",)}, ("nur_aufdeckend", "offene_fragen")),
])  # fmt: skip
def test_what_leaves_a_risk_open(lending, changes, gaps):
    changed = replace(lending, rules=tuple(replace(rule, **changes) for rule in lending.rules))
    assert risk_lines(changed)[0].gaps == gaps


# ------------------------------------------------------------------ proof and history
PROOF = MutationResult(RULE, 18, (("a → b", "gleich"),), ("x < y → x <= y", "z → NULL"))


def test_mutation_file_comes_back_whole(tmp_path):
    found = Mutations("abc", {RULE: PROOF}, 97)
    write_mutations(tmp_path / "m.json", found)
    assert read_mutations(tmp_path / "m.json") == found
    assert (found.total, found.families) == ((18, 20), {"ausleihe": (18, 20)})


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"schema": 2}', '{"schema": 1, "content_digest": "a", "results": [{"name": "x"}]}', '{"schema": 1, "content_digest": "a", "results": 3}'])
def test_another_file_is_refused(text, tmp_path):
    (tmp_path / "m.json").write_text(text, "utf-8")
    with pytest.raises(AmipError, match="mutate --json"):
        read_mutations(tmp_path / "m.json")


@pytest.mark.parametrize("digest, warned", [(None, False), ("0" * 64, True)])
def test_mutation_score_is_shown_with_its_survivors(lending, tmp_path, digest, warned):
    proof = Mutations(digest or lending.digest, {RULE: PROOF})
    text = page(written(Catalogue(lending, proof), tmp_path), "regel/ausleihe-rueckgabe-verspaetet.html")
    assert "90,0 % (18 von 20)" in text and "x &lt; y → x &lt;= y" in text and "gleich" in text
    assert ("anderen Stand" in text) is warned
    start = page(tmp_path, "index.html")
    assert "18 von 20 kleinen Veränderungen" in start and ("anderen Stand" in start) is warned


def test_a_key_figure_shows_its_proof_and_its_slices(lending, tmp_path):
    (figure,) = lending.key_figures
    expect = {"numerator": 1, "denominator": 2, "undetermined": 0, "signatur=A1": [1, 1, 0]}
    known = replace(figure, examples=(Example("zwei Bücher", date(2023, 6, 30), expect=expect),))
    proof = Mutations(lending.digest, {figure.id: MutationResult(figure.id, 3, (), ())})
    text = page(written(Catalogue(replace(lending, key_figures=(known,)), proof), tmp_path), "kennzahl/kennzahl-puenktlich.html")
    assert "100,0 % (3 von 3)" in text and "A1: Zähler 1, Nenner 1" in text


def test_what_if_is_shown_or_said_to_be_unknown(lending, site, tmp_path):
    assert "nicht berechenbar" in page(site, "regel/ausleihe-rueckgabe-verspaetet.html")
    impact = Impact("kennzahl.puenktlich", "ausleihe", "die Zahl", "Wäre {n}", "Wären {n} Bücher zurück", {}, (), "SELECT 1", "Nichts sonst.")
    changed = replace(lending, rules=tuple(replace(rule, impact=impact) for rule in lending.rules))
    text = page(written(Catalogue(changed), tmp_path), "regel/ausleihe-rueckgabe-verspaetet.html")
    assert "Wären 37 Bücher zurück" in text and "Nichts sonst." in text


@pytest.mark.parametrize("judged, words", [
    (None, "nicht beurteilt"),
    (ResidualRisk(Severity.HOCH, "Bücher gehen verloren."), "eigene Einschätzung, nicht belegt"),
    (ResidualRisk(Severity.HOCH, "Bücher gehen verloren.", "Revision 2023"), "(Revision 2023)"),
])  # fmt: skip
def test_residual_risk_is_marked_as_judgement(lending, tmp_path, judged, words):
    risks = {name: replace(risk, residual_risk=judged) for name, risk in lending.risks.items()}
    out = written(Catalogue(replace(lending, risks=risks)), tmp_path)
    assert words in page(out, "matrix.html")
    cells = [str(cell.value) for row in load_workbook(out / "regelkatalog.xlsx")["Risiken und Kontrollen"] for cell in row]
    assert any(words in cell for cell in cells)


@pytest.mark.parametrize("records, words", [
    ({}, "1 Kontrolle ist noch nie gelaufen"),
    ({RULE: RuleRecord(3, 0, 0, date(2023, 1, 1), date(2023, 1, 3))}, "1 Kontrolle hat noch nie etwas gefunden"),
    ({RULE: RuleRecord(3, 2, 7, date(2023, 1, 1), date(2023, 1, 3))}, "Jede Kontrolle, die lief, hat schon etwas gefunden"),
])  # fmt: skip
def test_controls_that_never_found_anything(lending, tmp_path, records, words):
    assert words in page(written(Catalogue(lending, None, records), tmp_path), "matrix.html")


@pytest.mark.slow
def test_history_is_read_from_the_ledger(tmp_path, monkeypatch):
    monkeypatch.setenv("AMIP_DQ_CONTENT", str(LIBRARY))
    ledger = tmp_path / "verlauf.duckdb"
    for day in ("2023-06-29", "2023-06-30"):
        command = ["--quiet", "check", str(LIBRARY / "daten"), "--stichtag", day, "--out", str(tmp_path / day), "--history", str(ledger)]
        assert run(command) == 0
    counted = json.loads((tmp_path / "2023-06-30" / "run.json").read_text("utf-8"))["rules"][0]["violation"]
    assert run(["--quiet", "rules", "catalogue", "--out", str(tmp_path / "k"), "--history", str(ledger)]) == 0
    assert f"2 Läufe seit 29.06.2023, davon mit Befunden: 2 (höchstens {counted})" in page(tmp_path / "k", "matrix.html")


# ------------------------------------------------------------------ the workbook
def test_workbook_holds_every_list(site, lending):
    book = load_workbook(site / "regelkatalog.xlsx")
    assert book.sheetnames == ["Lies mich", "Regeln", "Beispiele", "Kennzahlen", "Risiken und Kontrollen", "Parameter", "Abdeckung"]
    rules = list(book["Regeln"].iter_rows(values_only=True))
    assert rules[1][0] == "B-001" and rules[0][-1] == "Anmerkung" and "Leihfrist" in "".join(str(cell) for cell in rules[1])
    assert book["Beispiele"].max_row == 1 + len(lending.rule(RULE).examples)
    assert [row[3] for row in book["Abdeckung"].iter_rows(min_row=2, values_only=True)][-1] == "Der Zustand steht in keiner Tabelle."


def test_hostile_texts_stay_texts(tmp_path):
    folder = shutil.copytree(LIBRARY, tmp_path / "inhalt")
    path = folder / "rules" / "ausleihe" / "rueckgabe_verspaetet.yaml"
    text = path.read_text("utf-8").replace("title: Buch nicht rechtzeitig zurückgegeben", f"title: {json.dumps('=cmd|calc ' + HOSTILE)}")
    path.write_text(text.replace("name: am letzten Tag zurück", f"name: {json.dumps('@SUM(1) ' + HOSTILE)}"), "utf-8")
    out = written(Catalogue(load_content(folder)), tmp_path / "katalog")
    for file in pages_in(out):
        markup = file.read_text("utf-8")
        assert "<script>alert" not in markup and Page(markup).scripts == 1
    cells = [cell for sheet in load_workbook(out / "regelkatalog.xlsx") for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert all(cell.data_type != "f" for cell in cells)
    assert any(str(cell.value).startswith("'=cmd|calc") for cell in cells) and any(str(cell.value).startswith("'@SUM") for cell in cells)


def test_same_content_same_bytes(lending, site, tmp_path):
    assert digest_of(written(Catalogue(lending), tmp_path / "zwei")) == digest_of(site)


def test_command_refuses_an_existing_folder(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("AMIP_DQ_CONTENT", str(LIBRARY))
    out = tmp_path / "katalog"
    assert run(["--quiet", "rules", "catalogue", "--out", str(out)]) == 0
    assert run(["--quiet", "rules", "catalogue", "--out", str(out)]) == 2
    assert "--force" in capsys.readouterr().err
    assert run(["--quiet", "rules", "catalogue", "--out", str(out), "--force"]) == 0 and (out / "index.html").is_file()


def test_shipped_catalogue_shows_every_rule_and_control(shipped, tmp_path):
    out = written(Catalogue(shipped), tmp_path)
    coverage = page(out, "abdeckung.html")
    assert len(list((out / "regel").iterdir())) == len(shipped.rules)
    for number in {*shipped.catalogue, *(rule.control.id for rule in shipped.rules)}:
        assert number in coverage, number
    for name in shipped.parameters:
        assert f'id="{name}"' in (out / "parameter.html").read_text("utf-8")
