"""OpenMetrics text: findings by rule and the time of the last run, for monitoring. Counts only, no case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from amip_dq.model import RuleResult, Run

CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"


def write_openmetrics(run: Run, finished: datetime, path: Path) -> None:
    """Write the metrics of a run; `finished` is its wall-clock time with zone, from which the age is computed."""
    path.write_text("".join(f"{line}\n" for line in lines(run, finished)), encoding="utf-8", newline="\n")


def lines(run: Run, finished: datetime) -> Iterator[str]:
    """Yield the exposition, ended by # EOF."""
    yield from _family("amip_dq_findings", "Befunde je Regel und Urteil", _findings(run.results))
    yield from _family(
        "amip_dq_waived_findings", "Befunde unter einer Ausnahme", _each(run.results, lambda r: r.waived)
    )
    yield from _family("amip_dq_cases_in_scope", "Beurteilte Fälle je Regel", _each(run.results, lambda r: r.scope))
    yield from _family(
        "amip_dq_rule_checked",
        "1 = geprüft, 0 = nicht geprüft",
        _each(run.results, lambda r: int(r not in run.not_checked)),
    )
    yield from _family("amip_dq_run_complete", "1 = alles geprüft", [("", int(run.judged and not run.not_checked))])
    yield from _family(
        "amip_dq_last_run_timestamp_seconds", "Zeitpunkt des letzten Laufs", [("", finished.timestamp())], "seconds"
    )
    day = datetime(run.stichtag.year, run.stichtag.month, run.stichtag.day, tzinfo=UTC)
    yield from _family(
        "amip_dq_last_run_stichtag_timestamp_seconds", "Stichtag des letzten Laufs", [("", day.timestamp())], "seconds"
    )
    yield "# EOF"


def _family(name: str, text: str, samples: Iterable[tuple[str, float]], unit: str = "") -> Iterator[str]:
    yield f"# TYPE {name} gauge"
    if unit:
        yield f"# UNIT {name} {unit}"
    yield f"# HELP {name} {_escaped(text)}"
    for labels, value in samples:
        yield f"{name}{labels} {value}"


def _findings(results: Iterable[RuleResult]) -> Iterator[tuple[str, float]]:
    for result in results:
        for verdict, number in (("violation", result.violation), ("undetermined", result.undetermined)):
            yield _labels(result, verdict=verdict), number


def _each(results: Iterable[RuleResult], number) -> Iterator[tuple[str, float]]:
    return ((_labels(result), number(result)) for result in results)


def _labels(result: RuleResult, **more: str) -> str:
    rule = result.rule
    labels = {
        "rule": rule.id,
        "control": rule.control.id,
        "typ": rule.typ.value,
        "severity": rule.severity.value,
        **more,
    }
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items()) + "}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
