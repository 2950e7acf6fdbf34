"""The SQL that turns text cells into typed values: strictly, without rounding and without guessing.

A cell that is neither missing nor an open end and yields no value is a type defect.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from amip_dq.delivery.database import name, sql_type, text
from amip_dq.delivery.source import BLANKS
from amip_dq.model import Dialect, Field, FieldType, LayoutTable, Table

ISO = "%Y-%m-%d"
RAW = "_roh_"  # prefix of the cleaned text of a column that is not a text column


def typing_query(table: Table, layout_table: LayoutTable, present: Collection[str], source: str) -> str:
    """Return the query that types the text columns `present` of `source`; the others are NULL or a constant."""
    fields = [field for field in table.fields if field.name in present]
    trimmed = [f"trim({name(field.name)}, {text(BLANKS)}) AS {name(field.name)}" for field in fields]
    cleaned = [f"{_cleaned(field, layout_table)} AS {name(field.name)}" for field in fields]
    typed = [_column(field, layout_table, field.name in present) for field in table.fields]
    raw = [f"{name(field.name)} AS {name(RAW + field.name)}" for field in fields if field.type is not FieldType.STRING]
    return (
        f"SELECT {', '.join([*typed, '_zeile', *raw])} FROM (SELECT {', '.join([*cleaned, '_zeile'])} "
        f"FROM (SELECT {', '.join([*trimmed, '_zeile'])} FROM {source}))"
    )


def untyped(field: Field) -> str:
    """Return the predicate over the query's result: this cell had a text and got no value."""
    return f"{name(RAW + field.name)} IS NOT NULL AND {name(field.name)} IS NULL"


def typed_value(field: Field, expression: str, dialect: Dialect, mapped: dict[str, str] | None = None) -> str:
    """Return the SQL that yields the typed value of a cleaned text, or NULL."""
    if field.type is FieldType.STRING:
        return expression
    if field.type is FieldType.DATE:
        return _first(_date(expression, form) for form in dialect.dates)
    if field.type is FieldType.BOOLEAN:
        return _boolean(expression, dialect, mapped or {})
    return _number(expression, field, dialect)


def _column(field: Field, layout_table: LayoutTable, present: bool) -> str:
    if field.name in layout_table.constants:
        # constants are written in the layout's YAML, so in canonical form and not in the source's dialect
        value = typed_value(field, text(layout_table.constants[field.name]), Dialect())
    elif present:
        value = typed_value(field, name(field.name), layout_table.dialect, _code_of(field, layout_table))
    else:
        value = "NULL"
    return f"CAST({value} AS {sql_type(field)}) AS {name(field.name)}"


def _cleaned(field: Field, layout_table: LayoutTable) -> str:
    """Missing words and open ends become NULL, words of the source its codes."""
    dialect, column = layout_table.dialect, name(field.name)
    empty = {"", *(word.strip(BLANKS) for word in dialect.missing)}
    if field.type is FieldType.DATE:
        empty.update(dialect.open_end)
    codes = {} if field.type is FieldType.BOOLEAN else _code_of(field, layout_table)
    cases = [f"WHEN {column} IN ({_list(empty)}) THEN NULL"]
    cases += [f"WHEN {column} = {text(word)} THEN {text(code)}" for word, code in codes.items()]
    return f"CASE {' '.join(cases)} ELSE {column} END"


def _code_of(field: Field, layout_table: LayoutTable) -> dict[str, str]:
    words = layout_table.values.get(field.name, {})
    return {word: code for code, listed in words.items() for word in listed}


def _date(x: str, form: str) -> str:
    # casting back must give the same text: DuckDB itself also accepts 2022-1-5, 2022/01/05 and a time of day
    if form == ISO:
        day = f"try_cast({x} AS DATE)"
        return f"CASE WHEN length({x}) = 10 AND CAST({day} AS VARCHAR) = {x} THEN {day} END"
    if form == "%d.%m.%Y":  # three times faster than strptime, and most German files
        iso = f"concat(substr({x}, 7, 4), '-', substr({x}, 4, 2), '-', substr({x}, 1, 2))"
        day = f"try_cast({iso} AS DATE)"
        return f"CASE WHEN length({x}) = 10 AND strftime({day}, '{form}') = {x} THEN {day} END"
    moment = f"try_strptime({x}, {text(form)})"
    return f"CASE WHEN strftime({moment}, {text(form)}) = {x} THEN CAST({moment} AS DATE) END"


def _boolean(x: str, dialect: Dialect, mapped: dict[str, str]) -> str:
    true = {*dialect.true_words, *(word for word, code in mapped.items() if code == "true")}
    false = {*dialect.false_words, *(word for word, code in mapped.items() if code == "false")}
    return f"CASE WHEN {x} IN ({_list(true)}) THEN TRUE WHEN {x} IN ({_list(false)}) THEN FALSE END"


def _number(x: str, field: Field, dialect: Dialect) -> str:
    """A number may carry one sign, before or behind; more decimals than the column has must be zeros."""
    digits = f"replace(replace({x}, {text(dialect.thousands)}, ''), {text(dialect.decimal)}, '.')"
    signed = f"CASE WHEN suffix({x}, '-') THEN '-' || rtrim({digits}, '-') ELSE ltrim({digits}, '+') END"
    pattern = text(number_pattern(field, dialect))
    return f"CASE WHEN regexp_full_match({x}, {pattern}) THEN try_cast({signed} AS {sql_type(field)}) END"


def number_pattern(field: Field, dialect: Dialect) -> str:
    """Return the regular expression for the column's numbers in this dialect."""
    whole = "[0-9]+"
    if dialect.thousands:
        whole = f"(?:[0-9]+|[0-9]{{1,3}}(?:{re.escape(dialect.thousands)}[0-9]{{3}})+)"
    if field.type is FieldType.NUMBER:
        fraction = f"{re.escape(dialect.decimal)}" + (f"[0-9]{{1,{field.decimals}}}0*" if field.decimals else "0+")
        whole = f"(?:{whole}(?:{fraction})?|{fraction})"
    return f"[+-]?{whole}|{whole}-"


def _first(expressions: Iterable[str]) -> str:
    return f"coalesce({', '.join(expressions)}, NULL)"


def _list(words: Iterable[str]) -> str:
    return ", ".join(text(word) for word in sorted(words))
