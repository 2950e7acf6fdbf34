"""Our own checks/: the tables of the data model, and an office layout that can express every one of them."""

from __future__ import annotations

import pytest

from amip_dq.delivery.typing import number_pattern
from amip_dq.model import FieldType


def test_every_column_and_code_list_is_described(shipped) -> None:
    for table in shipped.tables.values():
        assert table.title and table.description.endswith(".") and table.source, table.name
        for field in table.fields:
            assert field.title and field.description.endswith("."), (table.name, field.name)


def test_numbers_without_a_known_form_have_no_pattern(shipped) -> None:
    """The formats of Kundennummer and BG-Nummer are not published; a guessed pattern would reject real ones."""
    patterns = {field.name for table in shipped.tables.values() for field in table.fields if field.constraints.pattern}
    assert patterns == {"zielberuf_kldb"}


def test_keys_are_required_and_references_point_to_keys(shipped) -> None:
    for table in shipped.tables.values():
        assert all(table.field(name).constraints.required for name in table.primary_key), table.name
        for key in table.foreign_keys:
            assert shipped.tables[key.reference.resource].primary_key == key.reference.fields, table.name


def test_the_office_layout_covers_the_data_model(shipped) -> None:
    layout = shipped.layouts["buero"]
    assert set(layout.tables) == set(shipped.tables) - {"lieferung"}
    for name, entry in layout.tables.items():
        assert set(entry.columns) == set(shipped.tables[name].column_names), name
        for column, codes in entry.values.items():
            assert set(codes) == set(shipped.tables[name].field(column).constraints.enum), (name, column)
            words = [word for listed in codes.values() for word in listed]
            assert len(words) == len(set(words)), (name, column)


def test_the_office_layout_can_be_written_in_its_code_page(shipped) -> None:
    for entry in shipped.layouts["buero"].tables.values():
        "".join(entry.columns.values()).encode(entry.dialect.encoding)
        "".join(word for codes in entry.values.values() for words in codes.values() for word in words).encode("cp1252")


@pytest.mark.parametrize("name", ["anspruch", "zahlbetrag", "einkommen"])
def test_money_has_two_decimals(shipped, name: str) -> None:
    field = shipped.tables["leistungsmonat"].field(name)
    assert field.type is FieldType.NUMBER and field.decimals == 2
    assert "{1,2}0*" in number_pattern(field, shipped.layouts["buero"].tables["leistungsmonat"].dialect)
