"""Every kind of constraint catches a bad row, at its place, and only there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from amip_dq.delivery import structure
from amip_dq.errors import ContentError
from amip_dq.model import Constraints, Field, FieldType, ForeignKey, Reference, RowCheck, Table
from tests.delivery.conftest import BUCH, FACH, LIEFERUNG, book

S, INT, N, D = FieldType.STRING, FieldType.INTEGER, FieldType.NUMBER, FieldType.DATE


def table_with(kind: FieldType, **rules: object) -> dict[str, Table]:
    return {
        "t": Table(name="t", title="T", fields=(Field("id", S), Field("x", kind, constraints=Constraints(**rules))))
    }


@pytest.mark.parametrize(
    "kind, rules, check, good, bad",
    [
        (S, {"required": True}, "required", "a", ""),
        (INT, {"required": True}, "required", "0", " "),
        (S, {"pattern": "[0-9]{5}"}, "pattern", "01234", "1234"),
        (S, {"pattern": "[0-9]{5}"}, "pattern", "01234", "012345"),
        (S, {"pattern": "a|bc"}, "pattern", "bc", "ac"),
        (S, {"enum": ("ä", "b")}, "enum", "ä", "B"),
        (INT, {"enum": (1, 2)}, "enum", "2", "3"),
        (INT, {"minimum": 0}, "minimum", "0", "-1"),
        (INT, {"maximum": 100}, "maximum", "100", "101"),
        (N, {"minimum": Decimal("0.01")}, "minimum", "0.01", "0.00"),
        (N, {"maximum": 100}, "maximum", "100.00", "100.01"),
        (D, {"minimum": date(2005, 1, 1)}, "minimum", "2005-01-01", "2004-12-31"),
        (D, {"maximum": date(2100, 1, 1)}, "maximum", "2100-01-01", "2100-01-02"),
        (S, {"min_length": 2}, "minLength", "äö", "ä"),
        (S, {"max_length": 2}, "maxLength", "äö", "äöü"),
        (S, {"unique": True}, "unique", "a", None),
    ],
)
def test_constraints(read, kind: FieldType, rules: dict, check: str, good: str, bad: str | None) -> None:
    tables = table_with(kind, **rules)
    cells = [good, bad] if bad is not None else ["b", good, good]
    text = "id;x\n" + "".join(f"{n};{cell}\n" for n, cell in enumerate(cells))
    result = read({"t.csv": text}, tables)
    expected = [3] if bad is not None else [3, 4]
    assert result.rows("SELECT line FROM lauf.defekt WHERE \"column\" = 'x' ORDER BY 1") == [(n,) for n in expected]
    assert result.checks("t") == {("x", check, len(expected))}


def test_empty_cells_break_no_other_rule(read) -> None:
    tables = table_with(S, pattern="a+", enum=("a",), min_length=1, unique=True)
    assert read({"t.csv": "id;x\n1;\n2;\n3;a\n"}, tables).checks("t") == set()


def test_untyped_is_not_also_missing(read) -> None:
    result = read({"t.csv": "id;x\n1;abc\n2;\n"}, table_with(INT, required=True))
    assert result.checks("t") == {("x", "type", 1), ("x", "required", 1)}


def test_values_outside_the_code_list_become_null(read) -> None:
    result = read({"t.csv": "id;x\n1;a\n2;q\n3;q\n"}, table_with(S, enum=("a",)))
    assert result.rows("SELECT x FROM daten.t ORDER BY id") == [("a",), (None,), (None,)]
    assert result.checks("t") == {("x", "enum", 2)}


def test_orphans(read) -> None:
    rows = "B1;F1;x;;;;;\nB2;F9;x;;;;;\nB3;;x;;;;;\n"
    result = read({"fach.csv": "fach_id;art\nF1;zu\n", "buch.csv": book(buch_id="B0") + rows})
    assert result.checks() == {("fach_id", "foreignKey", 1)}
    assert result.rows("SELECT line FROM lauf.defekt WHERE \"check\" = 'foreignKey'") == [(4,)]


def test_orphans_are_not_judged_without_the_other_table(read) -> None:
    result = read({"buch.csv": book(fach_id="F9")})
    assert result.checks() == set() and "Verweise auf »fach« sind nicht geprüft" in result.notices


def test_keys_of_several_columns(read) -> None:
    pair = (Field("a", S), Field("b", S))
    child = Table("kind", "K", pair, foreign_keys=(ForeignKey(("a", "b"), Reference("eltern", ("a", "b"))),))
    parent = Table("eltern", "E", pair, primary_key=("a", "b"))
    files = {"eltern.csv": "a;b\n1;1\n1;2\n1;1\n1;\n", "kind.csv": "a;b\n1;2\n2;1\n2;\n"}
    result = read(files, {"kind": child, "eltern": parent})
    assert result.checks("kind") == {("a", "foreignKey", 1)}
    assert [row[:2] for row in result.rejected()] == [
        (4, "Schlüssel a, b steht schon in einer früheren Zeile"),
        (5, "Schlüssel a, b fehlt"),
    ]


def test_row_checks_count_only_false(read) -> None:
    rows = "B1;;x;;;;2022-01-02;2022-01-01\nB2;;x;;;;2022-01-02;\nB3;;x;;;;2022-01-02;2022-01-02\n"
    result = read({"buch.csv": book(buch_id="B0") + rows})
    assert result.checks() == {("", "bis_nach_von", 1)}


def test_a_row_check_that_cannot_be_computed_is_no_defect(read) -> None:
    table = replace(FACH, row_checks=(RowCheck("zahl", "Z", "CAST(fach_id AS INTEGER) > 1"),))
    result = read({"fach.csv": "fach_id;art\nF1;zu\n1;zu\n2;zu\n"}, {"fach": table})
    assert result.checks("fach") == {("", "zahl", 1)}


def test_a_row_check_about_an_unknown_column_names_its_file(read) -> None:
    table = replace(FACH, row_checks=(RowCheck("x", "X", "farbe = 'rot'"),))
    with pytest.raises(ContentError, match="checks/fach.yaml.*rowCheck »x«"):
        read({"fach.csv": "fach_id;art\n"}, {"fach": table})


def test_places_survive_chunks(read, monkeypatch) -> None:
    monkeypatch.setattr("amip_dq.delivery.defects.CHUNK_ROWS", 700)
    rows = "".join(f"F{n};{'zu' if n % 3 else 'weg'}\n" for n in range(1, 3001))
    result = read({"fach.csv": "fach_id;art\n" + rows})
    lines = [line for (line,) in result.rows("SELECT line FROM lauf.defekt WHERE \"check\" = 'enum' ORDER BY 1")]
    assert lines == [n + 1 for n in range(3, 3001, 3)]


def test_a_pattern_that_cannot_run_is_a_mistake_of_the_content(read) -> None:
    with pytest.raises(ContentError, match="»x«.*»pattern«"):
        read({"t.csv": "id;x\n1;a\n"}, table_with(S, pattern="(?=a)a"))


def test_every_constraint_of_the_model_is_covered() -> None:
    """A new constraint in the model must come with a check here."""
    assert set(Constraints.__dataclass_fields__) == {
        "required", "unique", "pattern", "enum", "minimum", "maximum", "min_length", "max_length",
    }  # fmt: skip
    assert structure.checked_fields(LIEFERUNG) == [LIEFERUNG.field("datei")]
    assert [field.name for field in structure.checked_fields(BUCH)] == ["buch_id", "titel"]
