"""Every pair of (before, now) has one change."""

import pytest

from amip_dq.ledger.states import Sight, State, transition
from amip_dq.model import Change

KNOWN = (State.OPEN, State.WAIVED)
TABLE = {
    ("absent", "found"): "new", ("open", "found"): "unchanged",
    ("waived", "found"): "reopened", ("closed", "found"): "reopened",
    ("absent", "found_waived"): "waived", ("open", "found_waived"): "waived", ("waived", "found_waived"): "waived",
    ("closed", "found_waived"): "waived",
    ("open", "ok"): "resolved", ("waived", "ok"): "resolved",
    ("open", "out_of_scope"): "gone", ("waived", "out_of_scope"): "gone",
    ("open", "not_delivered"): "vanished", ("waived", "not_delivered"): "vanished",
    ("open", "rule_changed"): "rule_changed", ("waived", "rule_changed"): "rule_changed",
    ("open", "not_judged"): "not_judged", ("waived", "not_judged"): "not_judged",
}  # fmt: skip


@pytest.mark.parametrize("before", State)
@pytest.mark.parametrize("sight", Sight)
def test_change_of_every_pair(before, sight):
    step = transition(before, sight)
    assert (step.change.value if step else None) == TABLE.get((before.value, sight.value))


@pytest.mark.parametrize("before", KNOWN)
def test_finding_that_was_not_judged_stays_where_it_was(before):
    assert transition(before, Sight.NOT_JUDGED).after is before


@pytest.mark.parametrize("sight", [s for s in Sight if s not in (Sight.FOUND, Sight.FOUND_WAIVED)])
@pytest.mark.parametrize("before", State)
def test_only_what_is_found_is_shown(before, sight):
    step = transition(before, sight)
    assert step is None or step.shown is None


@pytest.mark.parametrize(
    ("before", "shown"),
    [
        (State.ABSENT, Change.NEW),
        (State.OPEN, Change.UNCHANGED),
        (State.WAIVED, Change.UNCHANGED),
        (State.CLOSED, Change.REOPENED),
    ],
)
def test_waived_finding_is_shown_with_a_word_of_the_contract(before, shown):
    assert transition(before, Sight.FOUND_WAIVED).shown is shown
