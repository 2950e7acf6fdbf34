"""Precision and recall of each automated rule, from a sample of flagged and unflagged cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from amip_dq.sampling.audit_result import AuditResult, is_error
from amip_dq.sampling.frame import FLAGGED, UNFLAGGED
from amip_dq.sampling.sheet_import import Reading
from amip_dq.sampling.two_phase import Group, RuleQuality, evaluate_rule


@dataclass(frozen=True)
class RuleFigures:
    """One rule: its hits in the frame, examined ones, wrong ones; `quality` is None where too little was examined."""

    rule_id: str
    flagged: int
    examined: int
    wrong: int
    missed_wrong: int
    quality: RuleQuality | None


ALL_RULES = "alle Regeln zusammen"


def rule_figures(result: AuditResult, readings: Sequence[Reading]) -> tuple[RuleFigures, ...]:
    """Return the figures of all rules together and of each rule; only where the plan sampled both groups."""
    plan, frame = result.plan, result.plan.frame
    strata = frame["schichten"]
    if plan.plan.verfahren != "zweiphasen" or not {FLAGGED, UNFLAGGED} <= set(strata):
        return ()
    unflagged = _group(result, [r for r in readings if r.drawn.stratum == UNFLAGGED], int(strata[UNFLAGGED]["anzahl"]))
    hits = [r for r in readings if r.drawn.stratum == FLAGGED]
    size = int(strata[FLAGGED]["anzahl"])
    told = [_figures(ALL_RULES, result, _group(result, hits, size), unflagged, None)]
    for rule, flagged in (result.flagged or {}).items():
        mine = [r for r in hits if rule in (result.flags or {}).get(r.drawn.unit_id, ())]
        rest = [r for r in hits if r not in mine]
        told.append(
            _figures(rule, result, _group(result, mine, flagged), unflagged, _group(result, rest, size - flagged))
        )
    return tuple(told)


def _group(result: AuditResult, readings: Sequence[Reading], size: int) -> Group:
    return size, len(readings), sum(is_error(reading, result.plan.plan) for reading in readings)


def _figures(rule: str, result: AuditResult, mine: Group, unflagged: Group, others: Group | None) -> RuleFigures:
    enough = mine[1] > 0 and unflagged[1] > 0 and (others is None or others[0] == 0 or others[1] > 0)
    quality = None
    if enough:
        quality = evaluate_rule(
            confidence=result.plan.plan.sicherheit, flagged=mine, unflagged=unflagged, others=others
        )
    return RuleFigures(rule, *mine, unflagged[2], quality)
