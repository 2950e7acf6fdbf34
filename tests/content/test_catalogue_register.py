"""rules/katalog.yaml: every control is decided by something that exists, or says why it cannot be decided."""

from __future__ import annotations

import pytest

from amip_dq.content import load_content
from amip_dq.errors import ContentErrors


def load_with(folder, text):
    (folder / "rules" / "katalog.yaml").write_text(text, "utf-8")
    return load_content(folder)


def test_controls_are_read_in_order(library_copy):
    text = """
B-001: {title: Rückgabe, decided_by: ausleihe.rueckgabe_verspaetet}
B-002: {title: Quote, decided_by: [kennzahl.puenktlich, "engine: zählt jede Nacht"]}
C-001: {title: Zustand, not_decidable: Der Zustand steht in keiner Tabelle.}
"""
    found = load_with(library_copy, text).catalogue
    assert [(entry.id, entry.deciders, bool(entry.not_decidable)) for entry in found.values()] == [
        ("B-001", ("ausleihe.rueckgabe_verspaetet",), False),
        ("B-002", ("kennzahl.puenktlich", "engine: zählt jede Nacht"), False),
        ("C-001", (), True),
    ]


def test_the_file_may_be_missing(library):
    assert library.catalogue == {}


@pytest.mark.parametrize("text, said", [
    ("C-001: {title: X, decided_by: ausleihe.gibt_es_nicht}", "weder Regel noch Kennzahl"),
    ("C-001: {title: X, decided_by: 'engine: '}", "weder Regel noch Kennzahl"),
    ("C-001: {title: X}", "genau eines von beiden"),
    ("C-001: {title: X, decided_by: kennzahl.puenktlich, not_decidable: nein}", "genau eines von beiden"),
    ("C-001: {title: ' ', not_decidable: Y}", "title ist leer"),
    ("C-001: {titel: X, not_decidable: Y}", "titel"),
    ("C-001: [X]", "Schlüssel mit Werten"),
    ("B-001: {title: X, not_decidable: Y}", "gehört zur Regel ausleihe.rueckgabe_verspaetet"),
    ("B-001: {title: X, decided_by: kennzahl.puenktlich}", "gehört zur Regel ausleihe.rueckgabe_verspaetet"),
])  # fmt: skip
def test_mistakes_are_named_with_their_line(library_copy, text, said):
    with pytest.raises(ContentErrors, match=said) as caught:
        load_with(library_copy, f"# Kontrollen\n{text}\n")
    assert all(problem.path.name == "katalog.yaml" and problem.line == 2 for problem in caught.value.problems)


def test_one_rule_alone_does_not_need_the_others(library_copy):
    (library_copy / "rules" / "katalog.yaml").write_text("C-001: {title: X, decided_by: ausleihe.kommt_noch}\n", "utf-8")
    assert load_content(library_copy, "ausleihe.rueckgabe_verspaetet").rules


FAMILIES = {"A": 12, "U": 18, "F": 18, "Z": 16, "S": 22, "L": 16, "V": 12, "P": 20, "K": 8}  # as the catalogue of controls numbers them


def test_the_shipped_catalogue_lists_every_control(shipped):
    wanted = {f"{family}-{number:03}" for family, last in FAMILIES.items() for number in range(1, last + 1)}
    assert wanted - set(shipped.catalogue) == set()
    assert {rule.control.id for rule in shipped.rules} - set(shipped.catalogue) == set()


RISK = "R-01:\n  title: X\n  description: Y\n  owner: Z\n"


def test_a_residual_risk_is_read(library_copy):
    path = library_copy / "rules" / "risks.yaml"
    path.write_text(RISK + '  residual_risk: {level: hoch, reason: "Es bleibt etwas.", source: Revision}\n', "utf-8")
    judged = load_content(library_copy).risks["R-01"].residual_risk
    assert (judged.level.value, judged.reason, judged.source) == ("hoch", "Es bleibt etwas.", "Revision")


@pytest.mark.parametrize("text", ["{level: groß, reason: X}", "{level: hoch}", "{level: hoch, reason: X, grund: Y}"])
def test_another_residual_risk_is_refused(library_copy, text):
    (library_copy / "rules" / "risks.yaml").write_text(f"{RISK}  residual_risk: {text}\n", "utf-8")
    with pytest.raises(ContentErrors, match="residual_risk"):
        load_content(library_copy)
