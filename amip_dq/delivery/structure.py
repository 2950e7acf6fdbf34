"""The pandera schema of a table, built from its file in checks/, and the cells that fail it."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pandera.polars as pandera
import polars
from pandera.errors import SchemaError, SchemaErrors

from amip_dq.errors import ContentError
from amip_dq.model import Field, FieldType, Table

COMPARABLE = (FieldType.INTEGER, FieldType.NUMBER, FieldType.DATE)
NOT_NULL = "not_nullable"

logging.getLogger("pandera").setLevel(logging.ERROR)  # its warnings quote cell values


def checked_fields(table: Table) -> list[Field]:
    """Return the columns that have at least one constraint for pandera."""
    return [field for field in table.fields if _is_required(table, field) or _checks(field)]


def structure_of(table: Table) -> pandera.DataFrameSchema:
    """Return the schema of the checked columns; required, pattern, enum, bounds and lengths."""
    columns = {
        field.name: pandera.Column(checks=_checks(field), nullable=not _is_required(table, field), name=field.name)
        for field in checked_fields(table)
    }
    return pandera.DataFrameSchema(columns)


def failing_cells(schema: pandera.DataFrameSchema, frame: polars.DataFrame) -> Iterator[tuple[str, str, polars.Series]]:
    """Yield (column, check, which rows fail); the frame must be eager, a lazy one is not looked into."""
    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        for error in errors.schema_errors:
            yield _failure(error)


def _failure(error: SchemaError) -> tuple[str, str, polars.Series]:
    column = str(error.schema.name)
    check = "required" if error.check == NOT_NULL else str(getattr(error.check, "name", error.check))
    outcome = error.check_output
    if not isinstance(outcome, polars.DataFrame):
        raise ContentError("checks", None, f"Spalte »{column}«: die Prüfung »{check}« lässt sich nicht ausführen.")
    return column, check, ~outcome.to_series().fill_null(True)


def _is_required(table: Table, field: Field) -> bool:
    return field.constraints.required or field.name in table.primary_key


def _checks(field: Field) -> list[pandera.Check]:
    rules, found = field.constraints, []
    if field.type is FieldType.STRING:
        if rules.pattern is not None:
            found.append(pandera.Check.str_matches(f"^(?:{rules.pattern})$", name="pattern"))
        if rules.min_length is not None:
            found.append(_length(rules.min_length, None))
        if rules.max_length is not None:
            found.append(_length(None, rules.max_length))
    if field.type in COMPARABLE:
        if rules.minimum is not None:
            found.append(pandera.Check.ge(rules.minimum, name="minimum"))
        if rules.maximum is not None:
            found.append(pandera.Check.le(rules.maximum, name="maximum"))
    if rules.enum:
        found.append(pandera.Check.isin(list(rules.enum), name="enum"))
    return found


def _length(shortest: int | None, longest: int | None) -> pandera.Check:
    name = "minLength" if longest is None else "maxLength"
    return pandera.Check.str_length(min_value=shortest, max_value=longest, name=name)
