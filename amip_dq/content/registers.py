"""Reads the small registers of rules/: parameters, risks, catalogue of controls, calendar, vocabulary, views."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from amip_dq.content import guard
from amip_dq.content.validate import Problems, validate
from amip_dq.content.yaml_source import Source, read_yaml
from amip_dq.errors import ContentError
from amip_dq.model import Calendar, CatalogueEntry, EquivalentMutant, Parameter, Risk, Rule, View, Vocabulary

T = TypeVar("T")
ENGINE_DECIDES = "engine: "
NAME = re.compile(r"[a-z][a-z0-9_]*")
EQUIVALENT = re.compile(r"^-- gleichwertig: (.+?) \|\| (.+)$", re.MULTILINE)
VIEW = re.compile(
    r"\s*CREATE\s+(?P<kind>VIEW|MACRO)\s+(?P<name>[a-z][a-z0-9_]*)\s*(\((?P<args>[a-z0-9_,\s]*)\))?\s+AS\s+(?P<table>TABLE\s+)?(?P<body>.*?);?\s*",
    re.IGNORECASE | re.DOTALL,
)


def load_parameters(path: Path, problems: list[ContentError]) -> dict[str, Parameter]:
    """Return every parameter by name."""
    return _entries(path, Parameter, "name", problems, _bad_parameter)


def load_risks(path: Path, problems: list[ContentError]) -> dict[str, Risk]:
    """Return every risk by id."""
    return _entries(path, Risk, "id", problems, _bad_risk)


def _entries(path: Path, cls: type[T], key: str, problems: list[ContentError], check: Any) -> dict[str, T]:
    if not path.exists():
        return {}
    found: dict[str, T] = {}
    try:
        source = read_yaml(path)
    except ContentError as error:
        problems.append(error)
        return {}
    for name, entry in (source.data or {}).items():
        try:
            if not isinstance(entry, dict):
                raise Problems([source.error((name,), f"»{name}« braucht Schlüssel mit Werten.")])
            found[str(name)] = validate(cls, {**entry, key: str(name)}, source, (name,), (key,))
        except Problems as several:
            problems.extend(several.problems)
            continue
        problems.extend(check(str(name), found[str(name)], source))
    return found


def _bad_parameter(name: str, parameter: Parameter, source: Source) -> list[ContentError]:
    found = []
    if not NAME.fullmatch(name):
        found.append(source.error((name,), f"»{name}«: Parameternamen bestehen aus a–z, 0–9 und _."))
    if not parameter.values:
        found.append(source.error((name, "values"), f"»{name}« hat keine Werte."))
    kinds = {_kind(value.value) for value in parameter.values.values() if value.value is not None}
    if len(kinds) > 1:
        found.append(source.error((name, "values"), f"»{name}«: die Werte sind verschiedener Art ({', '.join(sorted(kinds))})."))
    return found


def _kind(value: Any) -> str:
    return {"int": "Zahl", "Decimal": "Zahl", "str": "Text", "bool": "ja/nein", "date": "Datum", "list": "Liste"}.get(
        type(value).__name__, type(value).__name__
    )


def _bad_risk(name: str, risk: Risk, source: Source) -> list[ContentError]:
    if re.fullmatch(r"R-\d\d+", name):
        return []
    return [source.error((name,), f"»{name}«: Risiken heißen R-01, R-02 …")]


def load_catalogue(path: Path, problems: list[ContentError]) -> dict[str, CatalogueEntry]:
    """Return every control of the catalogue by its number; the file may be missing."""
    return _entries(path, CatalogueEntry, "id", problems, _bad_control)


def _bad_control(name: str, entry: CatalogueEntry, source: Source) -> list[ContentError]:
    found = []
    if not entry.title.strip():
        found.append(source.error((name, "title"), f"»{name}«: title ist leer."))
    if bool("".join(entry.deciders).strip()) == bool(entry.not_decidable.strip()):
        found.append(source.error((name,), f"»{name}« braucht entweder decided_by oder not_decidable, genau eines von beiden."))
    return found


def check_catalogue(
    path: Path, catalogue: Mapping[str, CatalogueEntry], rules: Iterable[Rule], figures: Iterable[str]
) -> Iterator[ContentError]:
    """Yield every control that names an unknown rule or key figure, or that contradicts a rule of its number."""
    numbers = {rule.id: rule.control.id for rule in rules}
    known = {*numbers, *figures}
    source = read_yaml(path) if catalogue else None
    for entry in catalogue.values():
        for name in entry.deciders:
            if name not in known and not (name.startswith(ENGINE_DECIDES) and name != ENGINE_DECIDES):
                words = f"»{name}« ist weder Regel noch Kennzahl; was das Programm selbst entscheidet, beginnt mit »engine: «."
                yield source.error((entry.id, "decided_by"), words)
        for rule_id in (rule_id for rule_id, number in numbers.items() if number == entry.id and rule_id not in entry.deciders):
            yield source.error((entry.id,), f"die Kontrolle {entry.id} gehört zur Regel {rule_id}; decided_by nennt sie nicht.")


def load_calendar(path: Path, problems: list[ContentError]) -> Calendar:
    """Return the working-day calendar; without a file Monday to Friday are working days."""
    if not path.exists():
        return Calendar()
    try:
        source = read_yaml(path)
        return validate(Calendar, source.data, source)
    except ContentError as error:
        problems.append(error)
    except Problems as several:
        problems.extend(several.problems)
    return Calendar()


def load_vocabulary(path: Path, problems: list[ContentError]) -> Vocabulary:
    """Return the allowed words; a group that is missing allows any word."""
    if not path.exists():
        return Vocabulary()
    try:
        source = read_yaml(path)
    except ContentError as error:
        problems.append(error)
        return Vocabulary()
    groups = {}
    for name, words in (source.data or {}).items():
        if name not in ("responsible", "purpose", "unit"):
            problems.append(source.error((name,), f"unbekannter Schlüssel »{name}«. Erlaubt: responsible, purpose, unit."))
            continue
        groups[name] = _words(words)
    return Vocabulary(**groups)


def _words(words: Any) -> Mapping[str, Mapping[str, Any]]:
    if isinstance(words, dict):
        return {str(word): _details(details) for word, details in words.items()}
    return {str(word): {} for word in words or ()}


def _details(details: Any) -> Mapping[str, Any]:
    return details if isinstance(details, dict) else {"title": str(details)} if details else {}


def load_views(folder: Path, problems: list[ContentError]) -> dict[str, View]:
    """Return every view and macro of rules/views by name."""
    views = {}
    for path in sorted(folder.glob("*.sql")):
        try:
            view = _view(path)
            statement = guard.parse(f"SELECT {view.body}\n" if view.scalar else view.body)
        except guard.Refused as refusal:
            problems.append(ContentError(path, None, str(refusal)))
            continue
        except ContentError as error:
            problems.append(error)
            continue
        assert statement
        views[view.name] = view
    return views


def _view(path: Path) -> View:
    whole = path.read_text(encoding="utf-8-sig")
    text = re.sub(r"\A(\s*--[^\n]*\n|\s+)*", "", whole)
    match = VIEW.fullmatch(text)
    if not match:
        forms = "CREATE VIEW name AS SELECT …, CREATE MACRO name(a) AS TABLE SELECT … oder CREATE MACRO name(a) AS Ausdruck"
        raise ContentError(path, None, f"erwartet wird eine dieser Formen: {forms}.")
    name, macro = match["name"].lower(), match["kind"].upper() == "MACRO"
    if name != path.stem:
        raise ContentError(path, None, f"die Sicht heißt »{name}«, die Datei aber »{path.stem}«.")
    arguments = tuple(a.strip() for a in (match["args"] or "").split(",") if a.strip()) if macro else None
    marked = tuple(EquivalentMutant(m[1].strip(), m[2].strip()) for m in EQUIVALENT.finditer(whole))
    return View(name, arguments, macro and not match["table"], match["body"], path, marked)
