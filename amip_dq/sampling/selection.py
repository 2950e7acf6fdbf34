"""The draw: which units, in which order, from which seed; nothing here can be chosen after the plan is committed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from amip_dq.errors import SamplingError
from amip_dq.sampling.canonical import digest
from amip_dq.sampling.frame import WHOLE, Frame, Unit
from amip_dq.sampling.interval import select_fixed_interval, top_stratum
from amip_dq.sampling.plan_file import CommittedPlan
from amip_dq.sampling.plan_sizes import ZERO, money_parts
from amip_dq.sampling.tickets import NAME, ordered, seed, start_in

SCHEMA = "amip-dq/ziehung/1"


@dataclass(frozen=True)
class Reveal:
    """The public value that did not exist when the plan was committed; None: drawn without one."""

    value: str | None
    source: str
    day: date


@dataclass(frozen=True)
class Drawn:
    """One place in the order: the first n of a stratum are the sample, the rest replaces and extends it."""

    position: int
    unit_id: str
    stratum: str
    cents: int
    ticket: str
    role: str  # stichprobe, reserve, vollerfassung
    hits: int = 1


@dataclass(frozen=True)
class Draw:
    """A complete draw; `content` is what its hash covers."""

    plan: CommittedPlan
    reveal: Reveal
    number: int
    order: tuple[Drawn, ...]
    start: str | None = None

    @property
    def seed(self) -> str:
        return draw_seed(self.plan, self.reveal)

    @cached_property
    def content(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "plan_hash": self.plan.hash,
            "frame_sha256": self.plan.frame["sha256"],
            "public_value": self.reveal.value,
            "public_source": self.reveal.source,
            "public_date": self.reveal.day.isoformat(),
            "secured": self.reveal.value is not None,
            "seed": self.seed,
            "ticket": NAME,
            "draw_number": self.number,
            "start": self.start,
            "order_sha256": digest([vars(drawn) for drawn in self.order]),
        }

    @cached_property
    def hash(self) -> str:
        return digest(self.content)

    @property
    def sample(self) -> tuple[Drawn, ...]:
        """Return the units to be examined, all strata together in the order of their tickets."""
        chosen = [drawn for drawn in self.order if drawn.role != "reserve"]
        return tuple(sorted(chosen, key=lambda drawn: (drawn.ticket, drawn.unit_id)))

    def reserve(self, stratum: str) -> tuple[Drawn, ...]:
        """Return the units of a stratum that come next, in order."""
        return tuple(drawn for drawn in self.order if drawn.stratum == stratum and drawn.role == "reserve")


def draw_seed(plan: CommittedPlan, reveal: Reveal) -> str:
    """Return the seed; without a public value the words stand in for it, so the draw can be repeated but not trusted."""
    return seed(plan.hash, reveal.value if reveal.value is not None else "ohne oeffentlichen Wert")


def draw(plan: CommittedPlan, frame: Frame, reveal: Reveal, number: int) -> Draw:
    """Return the draw of a committed plan from its frame."""
    if frame.describe() != plan.frame:
        raise SamplingError("Der Rahmen ist nicht der, auf den sich der hinterlegte Plan bezieht.")
    if reveal.value is not None and not reveal.value.strip():
        raise SamplingError("Der öffentliche Wert ist leer.")
    if reveal.day < plan.committed_on:
        raise SamplingError(
            f"Der öffentliche Wert ist vom {reveal.day:%d.%m.%Y}, der Plan wurde erst am {plan.committed_on:%d.%m.%Y} "
            "hinterlegt. Es zählt nur ein Wert, den es beim Hinterlegen noch nicht gab."
        )
    value = draw_seed(plan, reveal)
    if plan.plan.verfahren == "mus":
        order, start = _by_amount(plan, frame, value)
        return Draw(plan, reveal, number, order, start)
    return Draw(plan, reveal, number, _by_ticket(plan, frame, value))


def _by_ticket(plan: CommittedPlan, frame: Frame, value: str) -> tuple[Drawn, ...]:
    """Order every stratum by ticket; the first n are the sample."""
    sizes: Mapping[str, int] = plan.sizes["n"]
    whole = set(sizes) == {WHOLE}
    groups: Mapping[str, Sequence[Unit]] = {WHOLE: frame.units} if whole else frame.strata
    order: list[Drawn] = []
    for name in sorted(sizes):
        order += _stratum_order(name, groups[name], sizes[name], value)
    return tuple(order)


def _stratum_order(name: str, units: Sequence[Unit], n: int, value: str) -> list[Drawn]:
    known = {unit.id: unit for unit in units}
    return [
        Drawn(place, unit_id, name, known[unit_id].cents, number, "stichprobe" if place <= n else "reserve")
        for place, (number, unit_id) in enumerate(ordered(known, value), start=1)
    ]


def _by_amount(plan: CommittedPlan, frame: Frame, value: str) -> tuple[tuple[Drawn, ...], str | None]:
    """Take out the top stratum, hit the rest at a fixed interval in ticket order, draw the others by count."""
    positive, others = money_parts(frame)
    known = {unit.id: unit for unit in positive}
    listed = ordered(known, value)
    cents = [known[unit_id].cents for _, unit_id in listed]
    top = top_stratum(cents, plan.sizes["n"][WHOLE])
    certain = set(top.rows)
    rest = [row for row in range(len(cents)) if row not in certain]
    start = start_in(top.interval, value) if top.remaining else None
    hits: dict[int, int] = {}
    if start is not None:
        picked = select_fixed_interval(sample_size=top.remaining, start=start, values=[cents[row] for row in rest])
        hits = {rest[row - 1]: times for row, times in picked.hits.items()}
    order = [
        Drawn(row + 1, unit_id, WHOLE, cents[row], number, _role(row, certain, hits), max(1, hits.get(row, 0)))
        for row, (number, unit_id) in enumerate(listed)
    ]
    if others:
        order += _stratum_order(ZERO, others, plan.sizes["n"].get(ZERO, 0), value)
    return tuple(order), None if start is None else str(start)


def _role(row: int, certain: set[int], hits: Mapping[int, int]) -> str:
    if row in certain:
        return "vollerfassung"
    return "stichprobe" if row in hits else "reserve"
