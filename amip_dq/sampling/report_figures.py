"""result.json: the figures of an evaluation for other programs, among them the ledger."""

from __future__ import annotations

from dataclasses import asdict
from fractions import Fraction
from typing import Any

from amip_dq.sampling.evaluation import Evaluated, Limits
from amip_dq.sampling.rates import exact
from amip_dq.sampling.rule_quality import ALL_RULES, RuleFigures

SCHEMA = "amip-dq/stichprobenergebnis/1"


def figures(told: Evaluated) -> dict[str, Any]:
    """Return the result for programs; rates as decimal strings with six places, no case among them."""
    plan, result = told.result.plan, told.result
    return {
        "schema": SCHEMA,
        "title": plan.plan.titel,
        "question": plan.plan.frage,
        "unit": plan.plan.einheit,
        "procedure": plan.plan.verfahren,
        "stichtag": plan.frame["stichtag"],
        "confidence": str(plan.plan.sicherheit),
        "tolerable": None if plan.plan.tolerierbar is None else str(plan.plan.tolerierbar),
        "conclusion": told.conclusion.value,
        "examined": len(told.readings),
        "errors": told.errors,
        "replaced": told.replaced,
        "not_examinable": told.lost,
        "limits": _limits(told.limits),
        "outcomes": {name: {"cases": count, "limits": _limits(limits)} for name, _, count, limits in told.outcomes},
        "payments": [asdict(payment) for payment in told.payments],
        "money": None if told.money is None else _money(told),
        "second_reading": None if told.agreement is None else asdict(told.agreement),
        "rules": [_rule(rule) for rule in told.rules if rule.rule_id != ALL_RULES],
        "all_rules": next((_rule(rule) for rule in told.rules if rule.rule_id == ALL_RULES), None),
        "confirmed_quota": _quota(told),
        "plan_hash": plan.hash,
        "draw_hash": result.draw_hash,
        "draw_number": result.draw["draw_number"],
        "secured": result.draw["secured"],
        "second_expected": result.second_expected,
    }


def rate(value: Fraction | float | None) -> str | None:
    """Return a rate with six places."""
    return None if value is None else f"{float(value):.6f}"


def _limits(limits: Limits | None) -> dict[str, Any] | None:
    if limits is None:
        return None
    return {
        "n": limits.n,
        "errors": limits.errors,
        "population": limits.size,
        "rate": rate(limits.rate),
        "upper": rate(limits.upper),
        "lower": rate(limits.lower),
        "two_sided": [rate(limits.two_lower), rate(limits.two_upper)],
        "upper_count": limits.upper_count,
        "lower_count": limits.lower_count,
        "method": limits.method,
    }


def _rule(rule: RuleFigures) -> dict[str, Any]:
    told: dict[str, Any] = {
        "rule_id": rule.rule_id,
        "flagged": rule.flagged,
        "examined": rule.examined,
        "wrong": rule.wrong,
        "missed_wrong": rule.missed_wrong,
        "precision": None,
        "recall": None,
    }
    if rule.quality is not None:
        q = rule.quality
        told["precision"] = {
            "point": rate(q.precision),
            "lower": rate(q.precision_lower),
            "upper": rate(q.precision_upper),
        }
        told["recall"] = {
            "point": rate(q.recall), "lower": rate(q.recall_lower), "upper": rate(q.recall_upper),
            "exact_lower": rate(q.recall_exact_lower), "exact_upper": rate(q.recall_exact_upper),
        }  # fmt: skip
        told["undetected_upper"] = q.undetected_upper
    return told


def _quota(told: Evaluated) -> dict[str, Any] | None:
    """Return the quota of right cases that the sample confirms for a key figure."""
    name, limits = told.result.plan.plan.kennzahl, told.limits
    if name is None or limits is None:
        return None
    return {
        "kennzahl": name,
        "value": rate(1 - limits.rate),
        "at_least": rate(1 - exact(limits.upper)),
        "two_sided": [rate(1 - exact(limits.two_upper)), rate(1 - exact(limits.two_lower))],
        "numerator": limits.n - limits.errors,
        "denominator": limits.n,
    }


def _money(told: Evaluated) -> dict[str, Any]:
    money = told.money
    assert money is not None
    kept = {key: value for key, value in vars(money).items() if isinstance(value, int | str)}
    amounts = {key: round(value) for key, value in vars(money).items() if isinstance(value, float | Fraction)}
    return {**kept, **amounts}
