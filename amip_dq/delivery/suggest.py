"""Suggests a layout for files whose headers and words are not ours."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path, PurePath

from amip_dq.delivery.sniff import FALSE_WORDS, TRUE_WORDS, Sample, common_dialect, take_sample
from amip_dq.model import Dialect, Field, FieldType, Layout, Table

GOOD_ENOUGH = 0.62  # below this likeness a header is left unassigned
MOST_CODES = 30
DIALECT_KEYS = ("encoding", "delimiter", "header_row", "footer", "dates", "decimal", "thousands", "missing", "open_end")
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@dataclass(frozen=True)
class Suggestion:
    """What one file could be: table, column → header, and column → code → words."""

    sample: Sample
    table: Table
    columns: Mapping[str, str]
    codes: Mapping[str, Mapping[str, list[str]]]
    unknown_words: Mapping[str, list[str]]


def suggest_layout(paths: Iterable[Path], tables: Mapping[str, Table], known: Mapping[str, Layout]) -> str:
    """Return the text of a layout file for these files; what stays open is said in comments."""
    suggestions = [_suggest(take_sample(path), tables, known) for path in paths]
    defaults = common_dialect([suggestion.sample for suggestion in suggestions])
    words = _words_of(suggestions)
    lines = [
        "# Vorschlag; bitte jede Zeile prüfen und mit »amip-dq layout check« ausprobieren.",
        "title: Eigener Export",
        "defaults:",
    ]
    lines += _dialect_lines(defaults, Dialect(header_row=0), DIALECT_KEYS, "  ")
    lines += [f"  true_words: {_list(words[0])}", f"  false_words: {_list(words[1])}", "tables:"]
    for table in dict.fromkeys(suggestion.table.name for suggestion in suggestions):
        same = [suggestion for suggestion in suggestions if suggestion.table.name == table]
        lines += _table_lines(same[0], [entry.sample.name for entry in same], defaults)
    return "\n".join(lines) + "\n"


def _suggest(sample: Sample, tables: Mapping[str, Table], known: Mapping[str, Layout]) -> Suggestion:
    names = {name: _names_of(table, known) for name, table in tables.items()}
    matches = {name: _assign(sample.header, names[name]) for name in tables}
    best = max(sorted(tables), key=lambda name: _fit(sample, tables[name], matches[name], known))
    table, columns = tables[best], {column: header for column, (header, _) in matches[best].items()}
    codes, unknown = {}, {}
    for field in table.fields:
        if field.constraints.enum and field.name in columns:
            codes[field.name], unknown[field.name] = _code_words(sample, columns[field.name], field, best, known)
    return Suggestion(sample, table, columns, codes, unknown)


# ------------------------------------------------------------------ likeness
def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower().translate(UMLAUTS))


def _names_of(table: Table, known: Mapping[str, Layout]) -> dict[str, list[str]]:
    """Return for each column the names it goes by: its own, its title, and its headers in the layouts we have."""
    layouts = [layout.tables[table.name] for layout in known.values() if table.name in layout.tables]
    return {
        field.name: [
            field.name,
            field.title,
            *(entry.columns[field.name] for entry in layouts if field.name in entry.columns),
        ]
        for field in table.fields
    }


def _likeness(header: str, names: Iterable[str]) -> float:
    return max(SequenceMatcher(None, _plain(header), _plain(name)).ratio() for name in names)


def _assign(header: tuple[str, ...], names: Mapping[str, list[str]]) -> dict[str, tuple[str, float]]:
    """Return column → (header, likeness): the most alike pairs first, each header and column once."""
    pairs = [(_likeness(title, called), column, title) for title in header if title for column, called in names.items()]
    found: dict[str, tuple[str, float]] = {}
    taken: set[str] = set()
    for likeness, column, title in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if likeness >= GOOD_ENOUGH and column not in found and title not in taken:
            found[column] = title, likeness
            taken.add(title)
    return found


def _fit(sample: Sample, table: Table, match: Mapping[str, tuple[str, float]], known: Mapping[str, Layout]) -> float:
    """Weigh headers that were found, required ones twice, headers left over, and the file's name."""
    needed = {field.name for field in table.fields if field.constraints.required}
    gained = sum(likeness * (2 if column in needed else 1) for column, (_, likeness) in match.items())
    possible = len(table.fields) + len(needed)
    stems = [table.name, table.title]
    stems += [
        pattern.partition("*")[0]
        for layout in known.values()
        if table.name in layout.tables
        for pattern in layout.tables[table.name].files
    ]
    stem = re.sub(r"[\d_.-]+$", "", PurePath(sample.name).name.split(".")[0])
    return (
        gained / possible
        + len(match) / max(1, len(sample.header))
        + _likeness(stem, (name.split(".")[0] for name in stems))
    )


def _code_words(
    sample: Sample, header: str, field: Field, table: str, known: Mapping[str, Layout]
) -> tuple[dict[str, list[str]], list[str]]:
    """Return code → words, and the words that fit no code; a column with too many different words is no code list."""
    counted = Counter(sample.values(header))
    words = [word for word, _ in counted.most_common(MOST_CODES + 1) if word not in sample.dialect.missing]
    if len(words) > MOST_CODES:
        return {}, []
    codes, unknown = {}, []
    called = {
        str(code): [str(code), *_known_words(table, field.name, str(code), known)] for code in field.constraints.enum
    }
    for word in sorted(words):
        likeness, code = max((_likeness(word, names), code) for code, names in called.items())
        if likeness < GOOD_ENOUGH:
            unknown.append(word)
        elif word != code:
            codes.setdefault(code, []).append(word)
    return codes, unknown


def _known_words(table: str, column: str, code: str, known: Mapping[str, Layout]) -> list[str]:
    layouts = [layout.tables[table] for layout in known.values() if table in layout.tables]
    return [word for entry in layouts for word in entry.values.get(column, {}).get(code, ())]


def _words_of(suggestions: Iterable[Suggestion]) -> tuple[list[str], list[str]]:
    """Return the words for true and false that stand in columns of type boolean."""
    seen = {
        word
        for suggestion in suggestions
        for field in suggestion.table.fields
        if field.type is FieldType.BOOLEAN and field.name in suggestion.columns
        for word in suggestion.sample.values(suggestion.columns[field.name])
    }
    true, false = ([word for word in words if word in seen] for words in (TRUE_WORDS, FALSE_WORDS))
    return true or ["true"], false or ["false"]


# ------------------------------------------------------------------ YAML
def _list(words: Iterable[str]) -> str:
    return "[" + ", ".join(json.dumps(word, ensure_ascii=False) for word in words) + "]"


def _dialect_lines(dialect: Dialect, base: Dialect, keys: Iterable[str], indent: str) -> Iterator[str]:
    for key in keys:
        value = getattr(dialect, key)
        if value != getattr(base, key):
            text = _list(value) if isinstance(value, tuple) else json.dumps(value, ensure_ascii=False)
            yield f"{indent}{key}: {text}"


def _table_lines(suggestion: Suggestion, files: list[str], defaults: Dialect) -> list[str]:
    table, sample = suggestion.table, suggestion.sample
    patterns = sorted({re.sub(r"\d[\d_.-]*(?=\.)", "*", name) for name in files})
    lines = [f"  {table.name}: # {table.title}", f"    files: {_list(patterns)}"]
    own = ("delimiter", "header_row") if sample.plain else ("encoding", "delimiter", "header_row")
    lines += _dialect_lines(sample.dialect, defaults, own, "    ")
    lines.append("    columns:")
    lines += [
        f"      {column}: {json.dumps(suggestion.columns[column], ensure_ascii=False)}"
        for column in table.column_names
        if column in suggestion.columns
    ]
    missing = [column for column in table.column_names if column not in suggestion.columns]
    unused = [title for title in sample.header if title and title not in suggestion.columns.values()]
    lines += _comment("ohne Überschrift", missing) + _comment("nicht zugeordnet", unused)
    codes = {column: words for column, words in suggestion.codes.items() if words}
    lines += ["    values:"] if codes else []
    for column, words in codes.items():
        lines.append(
            f"      {column}: {{{', '.join(f'{code}: {_list(found)}' for code, found in sorted(words.items()))}}}"
        )
    for column, words in suggestion.unknown_words.items():
        lines += _comment(f"{column}, Wörter ohne Code", words)
    return lines


def _comment(title: str, words: list[str]) -> list[str]:
    """A comment is one line, whatever stands in a header."""
    return [f"      # {title}: {', '.join(' '.join(word.split()) for word in words)}"] if words else []
