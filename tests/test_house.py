"""The house rules that a reader would otherwise have to remember."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted((ROOT / "amip_dq").rglob("*.py"))
LAYERS = [
    {"model", "errors", ""},
    {"content"},
    {"delivery", "engine", "sampling", "synth", "reconcile"},
    {"ledger"},
    {"report"},
    {"cli"},
    {"__main__"},
]
MAY_ALSO = {("sampling", "delivery"), ("synth", "delivery")}
LONG_FILE, LONG_FUNCTION = 250, 45
CLOCK = re.compile(r"date\.today\(|datetime\.now\(|time\.time\(|current_date|\bnow\(\)")


def part_of(path: Path) -> str:
    inside = path.relative_to(ROOT / "amip_dq").parts
    return inside[0] if len(inside) > 1 else inside[0].removesuffix(".py").replace("__init__", "")


def layer_of(part: str) -> int:
    return next(index for index, parts in enumerate(LAYERS) if part in parts)


def imported_parts(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("amip_dq"):
            names.add(node.module)
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names if alias.name.startswith("amip_dq")}
    return {(name.split(".") + [""])[1] for name in names}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_one_way(path):
    own = part_of(path)
    for other in imported_parts(path) - {own}:
        allowed = layer_of(other) < layer_of(own) or (own, other) in MAY_ALSO
        assert allowed, f"{own} darf {other or 'amip_dq'} nicht importieren"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_modules_and_functions_stay_small(path):
    text = path.read_text(encoding="utf-8")
    words = path.name == "functions.py" or path.name == "model.py"
    assert words or len(text.splitlines()) <= LONG_FILE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno - node.lineno < LONG_FUNCTION, node.name


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_module_says_what_it_is(path):
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_public_functions_have_docstrings(path):
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), node.name


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_catches_only_what_it_can_name(path):
    assert not re.search(r"except (Base)?Exception\b|except:", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_only_the_command_line_has_a_clock(path):
    if part_of(path) != "cli":
        assert not CLOCK.search(path.read_text(encoding="utf-8").replace("current_date current_time", ""))


def test_no_room_without_a_name():
    assert not [p for p in MODULES if p.stem in ("utils", "helpers", "common", "misc")]


def test_the_engine_knows_no_table_and_no_law():
    tables = {path.stem for path in (ROOT / "checks").glob("*.yaml")} - {"lieferung", "person", "integration", "budget"}
    for path in MODULES:
        if part_of(path) in ("content", "delivery", "engine", "report", "ledger"):  # the synthetic office and the samples do
            strings = {
                node.value for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
            }  # fmt: skip
            assert not strings & tables, path
