"""Reads rules/<family>/<defect>.yaml + .sql and rules/kennzahlen/<name>.yaml + .sql."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from amip_dq.content import guard
from amip_dq.content.correction import CORRECTION, EFFECTS, with_correction
from amip_dq.content.query import Names, check_reads
from amip_dq.content.validate import Problems, validate
from amip_dq.content.yaml_source import Place, Source, read_yaml
from amip_dq.errors import ContentError
from amip_dq.model import Example, Impact, KeyFigure, Risk, Rule, Vocabulary

NO_FAMILY = ("kennzahlen", "views", "pruefbogen")
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
VERDICTS = ("ok", "violation", "undetermined")


def load_rules(
    folder: Path, names: Names, problems: list[ContentError], only: str | None = None
) -> list[tuple[Rule, Source]]:
    """Return every rule (or only one) with its file; mistakes go to `problems`."""
    found = []
    for family in sorted(path for path in folder.iterdir() if path.is_dir() and path.name not in NO_FAMILY):
        for yaml_path, sql_path in pairs(family, problems if only is None else []):
            rule_id = f"{family.name}.{yaml_path.stem}"
            if only not in (None, rule_id):
                continue
            loaded = _load(Rule, {"id": rule_id}, yaml_path, sql_path, problems)
            if loaded:
                found.append(loaded)
    for rule, source in found:
        problems.extend(_mistakes(rule, source, names))
    return found


def load_key_figures(folder: Path, names: Names, problems: list[ContentError]) -> list[tuple[KeyFigure, Source]]:
    """Return every key figure with its file."""
    found = []
    if not folder.is_dir():
        return found
    for yaml_path, sql_path in pairs(folder, problems):
        loaded = _load(KeyFigure, {"id": f"kennzahl.{yaml_path.stem}"}, yaml_path, sql_path, problems)
        if loaded:
            figure, source = loaded
            found.append(loaded)
            if figure.target not in names.parameters:
                problems.append(source.error(("target",), f"der Parameter »{figure.target}« steht nicht in parameters.yaml."))
            problems.extend(_bad_examples(figure.examples, source, names))
            problems.extend(_unknown_reads(figure.reads, source, names))
    return found


def pairs(folder: Path, problems: list[ContentError]) -> Iterator[tuple[Path, Path]]:
    """Yield the .yaml/.sql pairs of a folder; a file without its partner is a mistake."""
    for path in sorted([*folder.rglob("*.yaml"), *folder.rglob("*.sql")]):
        correction = path.name.endswith(CORRECTION)
        base = path.with_name(path.name.removesuffix(CORRECTION)) if correction else path
        partner = base.with_suffix(".sql" if path.suffix == ".yaml" else ".yaml")
        if not partner.exists():
            problems.append(ContentError(path, None, f"die zugehörige Datei {partner.name} fehlt."))
        elif path.suffix == ".yaml" and "." in path.stem:
            problems.append(ContentError(path, None, "der Name einer Regel enthält keinen Punkt."))
        elif path.suffix == ".yaml":
            yield path, partner


def _load(cls: type, given: dict, yaml_path: Path, sql_path: Path, problems: list[ContentError]) -> Any:
    try:
        source = read_yaml(yaml_path)
        data = source.data if isinstance(source.data, dict) else {}
        clash = sorted({*given, "sql"} & set(data))
        if clash:
            raise Problems([source.error((key,), f"»{key}« ergibt sich aus der Datei und steht nicht im YAML.") for key in clash])
        sql = sql_path.read_text(encoding="utf-8-sig").rstrip().removesuffix(";")
        whole = {**_keys_as_text(with_correction(data, source)), **given, "sql": sql}
        return validate(cls, whole, source, (), {*given, "sql"}), source
    except ContentError as error:
        problems.append(error)
    except UnicodeDecodeError:
        problems.append(ContentError(sql_path, None, "ist nicht in UTF-8 gespeichert; bitte als UTF-8 speichern."))
    except Problems as several:
        problems.extend(several.problems)
    return None


def _keys_as_text(data: dict) -> dict:
    """Case numbers such as 4711 are words, whatever YAML takes them for."""
    examples = data.get("examples")
    if not isinstance(examples, list):
        return data
    return {**data, "examples": [_example(example) for example in examples]}


def _example(example: Any) -> Any:
    if not isinstance(example, dict) or not isinstance(example.get("expect"), dict):
        return example
    return {**example, "expect": {("" if key is None else str(key)): value for key, value in example["expect"].items()}}


# ------------------------------------------------------------------ what a rule must have
def _mistakes(rule: Rule, source: Source, names: Names) -> list[ContentError]:
    found = []
    for key in ("basis", "remedy", "examples"):
        if not getattr(rule, key):
            found.append(source.error((key,), f"»{key}« ist leer."))
    verdicts = [verdict for example in rule.examples for verdict in example.expect.values()]
    for wanted, german in (("ok", "in Ordnung"), ("violation", "Befund")):
        if rule.examples and wanted not in verdicts:
            found.append(source.error(("examples",), f"es fehlt ein Beispiel mit dem Urteil {wanted} ({german})."))
    for index, example in enumerate(rule.examples):
        for item, verdict in example.expect.items():
            if verdict not in VERDICTS:
                place = ("examples", index, "expect", item)
                found.append(source.error(place, f"»{verdict}« ist kein Urteil; möglich: {', '.join(VERDICTS)}."))
    if rule.valid_to and rule.valid_to < rule.valid_from:
        found.append(source.error(("valid_to",), "valid_to liegt vor valid_from."))
    if rule.version < 1:
        found.append(source.error(("version",), "version beginnt bei 1."))
    if not rule.title.strip():
        found.append(source.error(("title",), "title ist leer."))
    if rule.impact:
        found += _impact_mistakes(rule.impact, source, names)
    return found + _bad_examples(rule.examples, source, names) + _unknown_reads(rule.reads, source, names)


def _impact_mistakes(impact: Impact, source: Source, names: Names) -> list[ContentError]:
    found = []
    if impact.table not in names.tables:
        found.append(source.error(("impact", "table"), f"die Tabelle »{impact.table}« gibt es nicht."))
    for key, wanted in (("count", []), ("one", []), ("many", ["n"])):
        if PLACEHOLDER.findall(getattr(impact, key)) != wanted:
            said = "enthält genau einmal {n}" if wanted else "enthält nichts in geschweiften Klammern"
            found.append(source.error(("impact", key), f"»{key}« {said}."))
    for index, example in enumerate(impact.examples):
        if example.parameters:
            found.append(source.error(("impact", "examples", index, "parameters"), "Beispiele einer Korrektur rechnen mit den geltenden Werten."))
        if set(example.expect) != set(EFFECTS):
            found.append(source.error(("impact", "examples", index), f"expect nennt genau {', '.join(EFFECTS)}."))
    if all(example.expect.get("before") == example.expect.get("after") for example in impact.examples):
        found.append(source.error(("impact", "examples"), "es fehlt ein Beispiel, in dem sich die Kennzahl ändert."))
    return found + _bad_examples(impact.examples, source, names, ("impact",)) + _unknown_reads(impact.reads, source, names, ("impact",))


def _unknown_reads(reads: Mapping[str, tuple[str, ...]], source: Source, names: Names, base: Place = ()) -> list[ContentError]:
    found = []
    for name, columns in reads.items():
        if name not in names.tables and name not in names.views and name != "urteil":
            found.append(source.error((*base, "reads", name), f"reads nennt »{name}«; eine Tabelle oder Sicht mit diesem Namen gibt es nicht."))
        for column in columns if name in names.tables else ():
            if column not in names.tables[name].column_names:
                found.append(source.error((*base, "reads", name), f"reads nennt »{name}.{column}«; diese Spalte gibt es nicht."))
    return found


def _bad_examples(examples: Iterable[Example], source: Source, names: Names, base: Place = ()) -> list[ContentError]:
    found = []
    for index, example in enumerate(examples):
        place = (*base, "examples", index)
        for name in sorted(set(example.parameters) - set(names.parameters)):
            found.append(source.error((*place, "parameters", name), f"der Parameter »{name}« steht nicht in parameters.yaml."))
        for table, rows in example.tables.items():
            if table not in names.tables:
                found.append(source.error((*place, "tables", table), f"die Tabelle »{table}« gibt es nicht."))
                continue
            unknown = {str(c) for row in rows for c in row} - set(names.tables[table].column_names)
            for column in sorted(unknown):
                found.append(source.error((*place, "tables", table), f"die Tabelle »{table}« hat keine Spalte »{column}«."))
    return found


def check_register(
    rules: Iterable[tuple[Rule, Source]], risks: Mapping[str, Risk], vocabulary: Vocabulary
) -> Iterator[ContentError]:
    """Yield what does not fit between rules, risks and vocabulary."""
    seen: dict[str, str] = {}
    for rule, source in rules:
        if rule.control.risk not in risks:
            yield source.error(("control", "risk"), f"das Risiko »{rule.control.risk}« steht nicht in risks.yaml.")
        if rule.control.id in seen:
            yield source.error(("control", "id"), f"die Kontrolle {rule.control.id} gehört schon zu {seen[rule.control.id]}.")
        seen.setdefault(rule.control.id, rule.id)
        for group in ("responsible", "purpose", "unit"):
            allowed, word = getattr(vocabulary, group), getattr(rule, group)
            if allowed and word not in allowed:
                yield source.error((group,), f"»{word}« steht bei {group} nicht in vocabulary.yaml; möglich: {', '.join(allowed)}.")


def bind_statement(sql: str, reads: Mapping[str, tuple[str, ...]], names: Names) -> guard.Statement:
    """Return the parsed query of a rule or key figure; raises guard.Refused."""
    statement = names.inspect(sql)
    check_reads(statement, reads)
    return statement
