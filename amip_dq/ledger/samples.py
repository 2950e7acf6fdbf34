"""What audit samples say about rules and key figures: kept in the chain, read back for the reports.

An entry holds counts, rates and hashes, no case and no free text, so that a clean-up has nothing to forget in it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from amip_dq.errors import LedgerError
from amip_dq.ledger.chain import append
from amip_dq.ledger.store import publish, writing
from amip_dq.model import Estimate, RuleSample, SampledQuota, Samples, SampleSource

if TYPE_CHECKING:
    from amip_dq.sampling.evaluation import Evaluated

KIND = "sample"
FIGURES = "kennzahl."  # how the ids of key figures begin
KEPT = (
    "unit", "procedure", "stichtag", "confidence", "tolerable", "conclusion", "examined", "errors", "limits", "rules",
    "all_rules", "confirmed_quota", "plan_hash", "draw_hash", "draw_number", "secured",
)  # fmt: skip


@dataclass(frozen=True)
class Kept:
    """The entry that holds an evaluation; `fresh` is False where it stood there before."""

    nr: int
    fresh: bool


def keep_sample(ledger: Path, told: Evaluated, clock: str) -> Kept:
    """Close an entry with an evaluation, once per audit result; raises LedgerError where there is no ledger yet."""
    from amip_dq.sampling.audit_result import spelled  # loads scipy, which most commands do not need
    from amip_dq.sampling.report_figures import figures

    if not ledger.exists():  # a slip in the name must not begin a second ledger
        raise LedgerError(
            f"Die Verlaufsdatei {ledger.name} gibt es nicht. Sie entsteht beim ersten Lauf mit --history."
        )
    digest, shown = spelled(told.result)["digest"], figures(told)
    with writing(ledger) as draft:
        known = draft.con.execute(
            "SELECT nr FROM entry WHERE kind = $1 AND body ->> '$.result' = $2", [KIND, digest]
        ).fetchall()
        if known:
            return Kept(known[0][0], False)
        nr = append(draft.con, KIND, {"result": digest, **{key: shown[key] for key in KEPT}}, clock).nr
        publish(draft)
    return Kept(nr, True)


def samples_before(con: duckdb.DuckDBPyConnection, nr: int) -> Samples:
    """Return what the samples evaluated before an entry say; of a draw the last result, of draws the newest."""
    rows = con.execute(
        """SELECT body FROM entry WHERE kind = $1 AND nr < $2
           QUALIFY row_number() OVER (PARTITION BY body ->> '$.draw_hash' ORDER BY nr DESC) = 1
           ORDER BY body ->> '$.stichtag', nr""",
        [KIND, nr],
    ).fetchall()
    rules: dict[str, RuleSample] = {}
    quotas: dict[str, SampledQuota] = {}
    for (text,) in rows:
        body = json.loads(text)
        source = _source(body)
        # too few examined cases say nothing and hide no earlier sample
        rules |= {told["rule_id"]: _rule(told, source) for told in body["rules"] if told["precision"]}
        if quota := body["confirmed_quota"]:
            quotas[figure_id(quota["kennzahl"])] = _quota(quota, source)
    return Samples(rules, quotas)


def figure_id(name: str) -> str:
    """Return a key figure's id; plans may leave the prefix out."""
    return FIGURES + name.removeprefix(FIGURES)


def _source(body: Mapping[str, Any]) -> SampleSource:
    return SampleSource(
        date.fromisoformat(body["stichtag"]), Decimal(body["confidence"]), body["draw_number"], body["secured"]
    )


def _rule(told: Mapping[str, Any], source: SampleSource) -> RuleSample:
    precision, recall = told["precision"], told["recall"]
    return RuleSample(
        told["rule_id"], source, told["flagged"], told["examined"], told["wrong"], told["missed_wrong"],
        _estimate(precision["point"], precision["lower"], precision["upper"]),
        None if recall["point"] is None else _estimate(recall["point"], recall["lower"], recall["upper"]),
    )  # fmt: skip


def _quota(told: Mapping[str, Any], source: SampleSource) -> SampledQuota:
    return SampledQuota(
        figure_id(told["kennzahl"]), source, told["numerator"], told["denominator"],
        _estimate(told["value"], *told["two_sided"]), Decimal(told["at_least"]),
    )  # fmt: skip


def _estimate(*rates: str) -> Estimate:
    return Estimate(*(Decimal(rate) for rate in rates))
