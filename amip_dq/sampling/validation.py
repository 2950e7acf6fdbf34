"""Comparing the seven functions with published values: reproduced, different, or honestly not offered."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from amip_dq import sampling
from amip_dq.errors import SamplingError
from amip_dq.sampling.answer import Answer, NotOffered
from amip_dq.sampling.rates import exact

FUNCTIONS: dict[str, Callable[..., Answer]] = {
    name: getattr(sampling, name)
    for name in (
        "plan_attribute",
        "evaluate_attribute",
        "plan_mus",
        "evaluate_stringer",
        "select_fixed_interval",
        "stratified_estimate",
        "allocate",
    )
}
# other spellings of a result that published lists use
SYNONYMS = {
    "sample_sizes": "allocation",
    "n_h": "allocation",
    "sizes": "allocation",
    "acceptance_number": "acceptable_errors",
    "se": "standard_error",
    "point": "rate",
    "most_likely_rate": "rate",
    "rate": "most_likely_rate",
}
SHIPPED = Path(__file__).with_name("published_values.json")
REPRODUCED, DIFFERENT, NOT_OFFERED = "stimmt", "weicht ab", "nicht unterstützt"


@dataclass(frozen=True)
class Check:
    """One published value beside our own; `own` holds the keys that were published, or the reason for none."""

    id: str
    source: str
    function: str
    inputs: Mapping[str, Any]
    expected: Mapping[str, Any]
    own: Mapping[str, Any] | str
    status: str


def read_vectors(path: Path) -> list[dict[str, Any]]:
    """Return the vectors of a JSON list; decimal numbers keep their spelling."""
    try:
        vectors = json.loads(path.read_text(encoding="utf-8-sig"), parse_float=Decimal)
    except (OSError, UnicodeDecodeError):
        raise SamplingError(f"{path.name}: die Datei lässt sich nicht lesen.") from None
    except json.JSONDecodeError as problem:
        raise SamplingError(f"{path.name}, Zeile {problem.lineno}: kein gültiges JSON.") from None
    if not isinstance(vectors, list) or not all(_is_vector(vector) for vector in vectors):
        raise SamplingError(f"{path.name}: erwartet wird eine Liste mit id, function, inputs und expected.")
    return vectors


def _is_vector(vector: Any) -> bool:
    if not isinstance(vector, dict) or not {"id", "function", "inputs", "expected"} <= set(vector):
        return False
    return isinstance(vector["inputs"], dict) and isinstance(vector["expected"], dict)


def check_vector(vector: Mapping[str, Any]) -> Check:
    """Compute one vector and compare every published key within its tolerance."""
    own, status = _compute(vector)
    return Check(
        str(vector["id"]),
        str(vector.get("source", "")),
        str(vector["function"]),
        vector["inputs"],
        vector["expected"],
        own,
        status,
    )


def _compute(vector: Mapping[str, Any]) -> tuple[Mapping[str, Any] | str, str]:
    function = FUNCTIONS.get(vector["function"])
    if function is None:
        return f"Funktion »{vector['function']}«", NOT_OFFERED
    try:
        inspect.signature(function).bind(**vector["inputs"])
    except TypeError:
        return f"Angaben {', '.join(sorted(vector['inputs']))}", NOT_OFFERED
    try:
        answer = function(**vector["inputs"])
        own = {key: _field(answer, key) for key in vector["expected"]}
    except NotOffered as reason:
        return str(reason).removeprefix("nicht unterstützt: "), NOT_OFFERED
    except SamplingError as reason:
        return str(reason), DIFFERENT
    same = all(agrees(own[key], value, _tolerance(vector, key)) for key, value in vector["expected"].items())
    return own, REPRODUCED if same else DIFFERENT


def _field(answer: Answer, key: str) -> Any:
    """Return the answer's value under the published name; a name it does not know is a variant not offered."""
    for name in (key, SYNONYMS.get(key, key)):
        value = getattr(answer, name, None)
        if value is not None and not callable(value):
            return value
    raise NotOffered(f"Ergebnis »{key}«")


def _tolerance(vector: Mapping[str, Any], key: str) -> Any:
    tolerance = vector.get("tolerance", 0)
    return tolerance.get(key, 0) if isinstance(tolerance, Mapping) else tolerance


def agrees(own: Any, published: Any, tolerance: Any) -> bool:
    """Compare numbers absolutely within the tolerance, lists and mappings entry by entry."""
    if isinstance(published, Mapping):
        if not isinstance(own, Mapping):
            return False
        mine = {str(key): value for key, value in own.items()}
        return set(mine) == set(published) and all(agrees(mine[k], v, tolerance) for k, v in published.items())
    if isinstance(published, Sequence) and not isinstance(published, str):
        if not isinstance(own, Sequence) or isinstance(own, str) or len(own) != len(published):
            return False
        return all(agrees(mine, theirs, tolerance) for mine, theirs in zip(own, published, strict=False))
    if isinstance(published, (bool, str)) or published is None or isinstance(own, (bool, str)):
        return own == published
    if isinstance(own, (Mapping, Sequence)):
        return False
    return abs(_number(own) - _number(published)) <= _number(tolerance)


def _number(value: Any) -> Fraction:
    return exact(value) if isinstance(value, (int, float, Decimal, Fraction)) else Fraction(0)


def spell(value: Any) -> str:
    """Return a value as one line: numbers short, mappings as key=value."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key}={spell(entry)}" for key, entry in value.items())
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(spell(entry) for entry in value) + "]"
    if isinstance(value, (Fraction, Decimal, float)):
        return f"{float(value):.10g}"
    return str(value)


def line(check: Check) -> str:
    """Return the check as one line: id, published, own, verdict."""
    return f"{check.id}: veröffentlicht {spell(check.expected)} | eigen {spell(check.own)} | {check.status}"


def report(checks: Sequence[Check]) -> str:
    """Return the validation report as Markdown: one table per source, every value beside our own."""
    reproduced = sum(check.status == REPRODUCED for check in checks)
    lines = [
        "# Validierungsbericht der Stichprobenverfahren",
        "",
        f"Nachgerechnet sind {len(checks)} veröffentlichte Werte; {reproduced} stimmen innerhalb ihrer Toleranz. Erzeugt mit "
        "`amip-dq sample validate --report DATEI`; derselbe Vergleich läuft bei jeder Änderung als Test.",
    ]
    for source in sorted({check.source for check in checks}):
        lines += [
            "",
            f"## {source}",
            "",
            "| Kennung | Funktion | Eingaben | veröffentlicht | eigen | Urteil |",
            "|---|---|---|---|---|---|",
        ]
        lines += [
            "| " + " | ".join((c.id, c.function, spell(c.inputs), spell(c.expected), spell(c.own), c.status)) + " |"
            for c in checks
            if c.source == source
        ]
    return "\n".join(lines) + "\n"
