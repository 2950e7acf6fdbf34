"""What becomes of a finding from one run to the next: the one table of transitions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from amip_dq.model import Change


class State(StrEnum):
    """Where a finding stands after a run; a finding nobody has seen yet is absent."""

    ABSENT = "absent"
    OPEN = "open"
    WAIVED = "waived"
    CLOSED = "closed"


class Sight(StrEnum):
    """What this run says of a finding."""

    FOUND = "found"
    FOUND_WAIVED = "found_waived"
    OK = "ok"
    OUT_OF_SCOPE = "out_of_scope"
    NOT_DELIVERED = "not_delivered"
    RULE_CHANGED = "rule_changed"
    NOT_JUDGED = "not_judged"


@dataclass(frozen=True)
class Transition:
    """The change to record, the state afterwards, and what the findings file says (None: it is not in it)."""

    change: Change
    after: State
    shown: Change | None = None


ENDS = {
    Sight.OK: Change.RESOLVED,
    Sight.OUT_OF_SCOPE: Change.GONE,
    Sight.NOT_DELIVERED: Change.VANISHED,
    Sight.RULE_CHANGED: Change.RULE_CHANGED,
}


def transition(before: State, sight: Sight) -> Transition | None:
    """Return what happens to a finding, or None where nothing does (it was closed or unknown, and still is)."""
    known = before in (State.OPEN, State.WAIVED)
    if sight is Sight.FOUND:
        change = _on_sight(before)
        return Transition(change, State.OPEN, change)
    if sight is Sight.FOUND_WAIVED:
        shown = Change.UNCHANGED if known else _on_sight(before)
        return Transition(Change.WAIVED, State.WAIVED, shown)
    if not known:
        return None
    if sight is Sight.NOT_JUDGED:
        return Transition(Change.NOT_JUDGED, before)
    return Transition(ENDS[sight], State.CLOSED)


def _on_sight(before: State) -> Change:
    """A finding whose waiver has ended comes back: it is reopened, like one that had been closed."""
    return {State.ABSENT: Change.NEW, State.OPEN: Change.UNCHANGED}.get(before, Change.REOPENED)


def transition_rows() -> list[tuple[str, str, str, str, str | None]]:
    """Return the whole table (before, sight, change, after, shown) for use in SQL."""
    rows = []
    for before in State:
        for sight in Sight:
            if (step := transition(before, sight)) is not None:
                shown = step.shown.value if step.shown else None
                rows.append((before.value, sight.value, step.change.value, step.after.value, shown))
    return rows
