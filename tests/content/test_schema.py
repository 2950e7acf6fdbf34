"""The JSON Schemas accept every shipped file and refuse what the loader refuses."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from amip_dq.cli.main import run
from amip_dq.content.schema import KINDS, kind_of, write_schemas
from amip_dq.content.yaml_source import read_yaml

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "tests" / "andere_domaene"
OTHER_PARTS = {"rules/rueckblick.yaml"}  # look back and audit questions have loaders of their own


def files_of(folder: Path) -> list[Path]:
    return sorted(path for part in ("checks", "rules") for path in (folder / part).rglob("*.yaml"))


def as_json(value: Any) -> Any:
    """Return a YAML value as an editor's language server sees it: days are texts, keys are texts."""
    if isinstance(value, dict):
        return {as_key(key): as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_json(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def as_key(key: Any) -> str:
    return key.isoformat() if isinstance(key, date) else "" if key is None else str(key)


@pytest.fixture(scope="module")
def schemas(shipped):
    return {kind: make(shipped) for kind, make in KINDS.items()}


@pytest.fixture(scope="module")
def check(schemas):
    validators = {kind: jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()) for kind, schema in schemas.items()}
    return lambda kind, data: [f"{error.json_path}: {error.message[:200]}" for error in validators[kind].iter_errors(as_json(data))]


@pytest.mark.parametrize("kind", KINDS)
def test_every_schema_is_one(kind, schemas):
    jsonschema.Draft202012Validator.check_schema(schemas[kind])


@pytest.mark.parametrize("path", files_of(ROOT), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_shipped_file_fits(path, check):
    kind = kind_of(path)
    if kind is None:
        place = path.relative_to(ROOT)
        assert str(place) in OTHER_PARTS or place.parent.name == "pruefbogen", f"{place}: keine Art"
        return
    assert check(kind, read_yaml(path).data) == []


def test_another_domain_has_its_own_words(library):
    schemas = {kind: make(library) for kind, make in KINDS.items()}
    for path in files_of(LIBRARY):
        jsonschema.validate(as_json(read_yaml(path).data), schemas[kind_of(path)])
    assert schemas["rule"]["properties"]["responsible"] == {"enum": ["leitung", "theke"]}


RULE = LIBRARY / "rules" / "ausleihe" / "rueckgabe_verspaetet.yaml"


@pytest.mark.parametrize("change", [
    {"schweregrad": "hoch"}, {"severity": "schlimm"}, {"id": "a.b"}, {"sql": "SELECT 1"}, {"basis": []}, {"responsible": "hausmeister"},
    {"reads": {"ausleihe": ["gibt_es_nicht"]}}, {"reads": {"gibt_es_nicht": []}}, {"control": {"id": "B-001", "risk": "R-99", "kind": "d", "frequency": "t"}},
    {"examples": [{"name": "x", "stichtag": "2023-06-30", "expect": {"1": "falsch"}}]},
    {"examples": [{"name": "x", "stichtag": "2023-06-30", "tables": {"ausleihe": [{"vom": "2023-01-01"}]}}]},
    {"examples": [{"name": "x", "stichtag": "2023-06-30", "parameters": {"gibt_es_nicht": 1}}]},
])  # fmt: skip
def test_a_rule_that_does_not_load_does_not_fit(change, library):
    validator = jsonschema.Draft202012Validator(KINDS["rule"](library))
    good = as_json(read_yaml(RULE).data)
    assert not list(validator.iter_errors(good))
    assert list(validator.iter_errors({**good, **change}))


@pytest.mark.parametrize("key", ["version", "title", "basis", "examples", "reads", "finding", "control"])
def test_no_mandatory_key_may_be_missing(key, library):
    good = as_json(read_yaml(RULE).data)
    del good[key]
    assert list(jsonschema.Draft202012Validator(KINDS["rule"](library)).iter_errors(good))


@pytest.mark.parametrize("kind, data", [
    ("table", {"name": "a", "title": "A", "fields": [{"name": "x", "type": "text"}]}),
    ("table", {"name": "a", "title": "A", "fields": [{"name": "x", "type": "string", "constraints": {"requird": True}}]}),
    ("layout", {"title": "L", "tables": {"gibt_es_nicht": {"files": "a.csv"}}}), ("layout", {"title": "L", "tables": {"person": {"columns": {}}}}),
    ("parameters", {"x": {"title": "X", "unit": "Tage", "source": "s", "verified": True, "values": {"morgen": {"value": 1}}}}),
    ("risks", {"R1": {"title": "t", "description": "d", "owner": "o"}}),
    ("catalogue", {"A-001": {"title": "t"}}), ("catalogue", {"A-001": {"title": "t", "decided_by": "a.b", "not_decidable": "n"}}),
    ("catalogue", {"A-001": {"title": "t", "decided_by": "irgendwas"}}), ("vocabulary", {"einheit": ["x"]}), ("calendar", {"land": "DE"}),
    ("key_figure", {"title": "t"}),
])  # fmt: skip
def test_other_mistakes_are_seen(kind, data, check):
    assert check(kind, data)


def test_command_writes_the_same_bytes(tmp_path, library, monkeypatch):
    monkeypatch.setenv("AMIP_DQ_CONTENT", str(LIBRARY))
    assert run(["--quiet", "rules", "schema", "--out", str(tmp_path / "a")]) == 0
    list(write_schemas(library, tmp_path / "b"))
    written = sorted((tmp_path / "a").iterdir())
    assert [path.name for path in written] == sorted(f"{kind}.schema.json" for kind in KINDS)
    for path in written:
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes() and json.loads(path.read_text("utf-8"))["$schema"]
