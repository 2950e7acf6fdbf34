"""What a check tells its caller at the end: an exit code and a few lines."""

from __future__ import annotations

from pathlib import Path

from amip_dq.model import FigureResult, Lifecycle, RuleResult, Run, Severity, Status

ALL_CHECKED, FOUND, NOT_ALL_CHECKED = 0, 1, 2
NAMED_RULES = 5  # more that wait for the same table are counted


def exit_code(run: Run, fail_on: str) -> int:
    """Return 2 where something could not be checked, 1 where --fail-on is hit, else 0."""
    if not everything_checked(run):
        return NOT_ALL_CHECKED
    if fail_on == "ziel":
        return FOUND if any(figure.reached is False for figure in run.figures) else ALL_CHECKED
    if fail_on != "nie" and any(weighs(result, Severity(fail_on)) for result in run.results):
        return FOUND
    return ALL_CHECKED


def everything_checked(run: Run) -> bool:
    """Tell whether every mandatory table came, the gate held and nothing broke."""
    broken = any(result.status is Status.ERROR for result in run.results)
    broken = broken or any(figure.error for figure in run.figures)
    return run.gate.passed and not broken and not run.missing_mandatory


def weighs(result: RuleResult, level: Severity) -> bool:
    """Tell whether an active rule has an unwaived violation of this severity or a higher one."""
    active = result.rule.status is Lifecycle.AKTIV
    return active and result.violation > result.waived and result.rule.severity.rank >= level.rank


def summary(run: Run, out: Path) -> str:
    """Return the lines that a caller reads at the end."""
    violations = sum(result.violation for result in run.results)
    undetermined = sum(result.undetermined for result in run.results)
    lines = [f"Stichtag {run.stichtag:%d.%m.%Y}: {violations} Befunde, {undetermined} Fälle nicht prüfbar."]
    if not run.gate.passed:
        lines.append("Die Eingangsprüfung ist gescheitert: " + "; ".join(c.title for c in run.gate.checks if c.blocks) + ".")
        lines.append("Es wurde trotzdem geurteilt (--force)." if run.forced else "Es wurde keine Regel geprüft.")
    if run.delivery.not_delivered:
        lines.append("Nicht geliefert: " + ", ".join(run.delivery.not_delivered) + ".")
    lines += not_checked_lines(run)
    lines += [f"Kennzahl {f.figure.id} nicht gemessen: {f.error}." for f in broken_figures(run)]
    lines.append(f"Bericht: {out / 'index.html'}")
    return "\n".join(lines)


def not_checked_lines(run: Run) -> list[str]:
    """Return a line per reason: rules that wait for the same tables together, each that broke alone."""
    waiting: dict[tuple[str, ...], list[str]] = {}
    lines = []
    for result in run.not_checked:
        name = f"{result.rule.control.id} {result.rule.id}"
        if result.error:
            lines.append(f"Nicht geprüft: {name} ({result.error}).")
        else:
            waiting.setdefault(result.missing_tables, []).append(name)
    for tables, names in sorted(waiting.items()):
        listed = ", ".join(names) if len(names) <= NAMED_RULES else f"{len(names)} Regeln, siehe nicht-geprueft.html"
        lines.append(f"Nicht geprüft: {listed} (Daten fehlen: {', '.join(tables)}).")
    return lines


def broken_figures(run: Run) -> list[FigureResult]:
    """Return the key figures whose SQL broke."""
    return [figure for figure in run.figures if figure.error]
