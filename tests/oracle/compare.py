"""Compares what the oracle and the engine say; every difference is one line that can be reproduced by its seed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from amip_dq.model import FigureResult, RuleResult

from .aenderung import Verdicts
from .engine_run import EngineRun, Rows
from .kennzahlen import Counts

WORDS = {True: "TRUE", False: "FALSE", None: "NULL"}
NO_CASE = "nicht im Umfang"


def differences(wanted: Mapping[str, Verdicts], figures: Counts, run: EngineRun) -> Iterator[str]:
    """Yield every case, scope and key figure on which the two disagree."""
    results = {result.rule.id: result for result in run.results}
    for rule_id, verdicts in wanted.items():
        if rule_id not in results:
            yield f"{rule_id}: wurde nicht geprüft"
            continue
        yield from broken(results[rule_id], verdicts)
        yield from other_verdicts(rule_id, verdicts, run.judgements[rule_id])
    for rule_id in sorted(run.findings_without_evidence):
        yield f"{rule_id}: ein Befund ohne Satz oder ohne Belege"
    yield from other_figures(figures, run.figures)


def broken(result: RuleResult, verdicts: Verdicts) -> Iterator[str]:
    """Yield a rule's error, and counts that are not those of its verdicts."""
    if result.error:
        yield f"{result.rule.id}: {result.error}"
        return
    said = list(verdicts.values())
    counts = said.count(False), said.count(True), said.count(None), len(said)
    if (result.ok, result.violation, result.undetermined, result.scope) != counts:
        yield f"{result.rule.id}: ok, Befund, nicht prüfbar, Umfang sollten {counts} sein"


def other_verdicts(rule_id: str, wanted: Verdicts, rows: Rows) -> Iterator[str]:
    """Yield the cases that are missing, surplus, doubled or judged otherwise."""
    got = {(case_id, item): verdict for case_id, item, verdict in rows}
    if len(got) != len(rows):
        yield f"{rule_id}: {len(rows) - len(got)} Fälle doppelt"
    for case in sorted({*wanted, *got}):
        oracle, engine = (WORDS[said[case]] if case in said else NO_CASE for said in (wanted, got))
        if oracle != engine:
            yield f"{rule_id} {case}: Orakel {oracle}, Regel {engine}"


def other_figures(wanted: Counts, figures: tuple[FigureResult, ...]) -> Iterator[str]:
    """Yield the key figures and slices with other numbers; null is a denominator of 0, or no slice at all."""
    names = {name for name, _ in wanted}
    known = [figure for figure in figures if figure.figure.id.removeprefix("kennzahl.") in names]
    got = {(figure.figure.id.removeprefix("kennzahl."), figure.slice): figure for figure in known}
    for figure in known:
        if figure.error:
            yield f"{figure.figure.id}: {figure.error}"
    known = {name for name, _ in wanted}
    for key in sorted({*wanted, *got}):
        name, slice_ = key
        if slice_.endswith("=ohne Zuordnung") or name not in known:
            continue  # what is left over is the whole minus the other slices; some figures the oracle does not know
        oracle = wanted.get(key)
        engine = got.get(key)
        numbers = (engine.numerator, engine.denominator, engine.undetermined) if engine and engine.denominator else None
        if oracle != numbers and measured(slice_, name, wanted, got):
            yield f"{name} {slice_}: Orakel {oracle}, Kennzahl {numbers}"
        if engine and numbers is None and (engine.value, engine.reached) != (None, None):
            yield f"{name} {slice_}: ohne Nenner ist der Wert null"


def measured(slice_: str, name: str, wanted: Counts, got: Mapping[tuple[str, str], FigureResult]) -> bool:
    """Tell whether both sides cut the figure by this column at all; the whole is always compared."""
    column = slice_.partition("=")[0] + "="
    sides = (wanted, got)
    return slice_ == "gesamt" or all(any(n == name and s.startswith(column) for n, s in side) for side in sides)
