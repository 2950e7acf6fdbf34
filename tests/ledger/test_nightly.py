"""Nights of a lending library through the real engine: what the ledger makes of findings, rules and tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from library_nights import BOOKS, IN_TIME, LATE, MONDAY, OTHER, TUESDAY, WEDNESDAY, Library

from amip_dq.ledger.documents import find_run, stored_run
from amip_dq.ledger.store import reading
from amip_dq.ledger.verify import verify
from amip_dq.ledger.waivers import Exemption, add, waivers_file
from amip_dq.model import Content


@pytest.fixture
def nights(library, tmp_path):
    return Library(tmp_path, library)


def test_first_night_is_new_and_second_unchanged(nights):
    nights.night(MONDAY, [LATE])
    assert nights.rows == [("2", "new", MONDAY, None)]
    taken = nights.night(TUESDAY, [LATE])
    assert nights.rows == [("2", "unchanged", MONDAY, None)]
    assert taken.history.previous == MONDAY
    assert taken.history.movement(None).after == 1


@pytest.mark.parametrize(
    ("then", "change"),
    [
        ({"loans": [IN_TIME, OTHER]}, "resolved"),
        ({"loans": [(2, "AB001", None, None, None), OTHER]}, "gone"),
        ({"loans": [OTHER]}, "vanished"),
        ({"loans": [OTHER], "books": BOOKS[1:]}, "vanished"),
        ({"loans": [], "delivered": ("buch",)}, "not_judged"),
        ({"loans": [], "gate_holds": False}, "not_judged"),
    ],
)
def test_what_became_of_an_open_finding(nights, then, change):
    nights.night(MONDAY, [LATE, OTHER])
    nights.night(TUESDAY, **then)
    assert nights.change_of("2") == change
    assert verify(nights.ledger).intact


def test_finding_comes_back_with_its_first_day(nights):
    nights.night(MONDAY, [LATE])
    nights.night(TUESDAY, [IN_TIME])
    taken = nights.night(WEDNESDAY, [LATE])
    assert nights.rows == [("2", "reopened", MONDAY, None)]
    events = taken.history.events
    assert [[(e.day, e.kind) for e in events[mark]] for mark in events] == [
        [(MONDAY, "new"), (TUESDAY, "resolved"), (WEDNESDAY, "reopened")]
    ]
    assert (len(events), events.get("0" * 16, ()), events.get("f" * 16, ())) == (1, (), ())


def test_withdrawn_rule_closes_its_findings_as_rule_changed(nights):
    nights.night(MONDAY, [LATE])
    nights.night(TUESDAY, [LATE], content=replace(nights.content, rules=()))
    assert nights.change_of("2") == "rule_changed"


def with_rule(content: Content, **changes) -> Content:
    return replace(content, rules=(replace(content.rules[0], **changes),))


def test_bridge_tells_the_rule_from_the_data(nights):
    loans = [LATE, (3, "AB001", date(2023, 1, 1), date(2023, 2, 8), False)]
    nights.night(MONDAY, loans)
    milder = with_rule(
        nights.content, version=2, sql=nights.content.rules[0].sql.replace("> faellig(von)", "> faellig(von) + 5")
    )
    assert milder.rules[0].sql != nights.content.rules[0].sql
    more = [*loans, (4, "AB002", date(2023, 1, 1), date(2023, 3, 8), False)]
    taken = nights.night(TUESDAY, more, content=milder)
    assert nights.change_of("2") == "rule_changed"
    assert set(taken.history.differs) == {"delivery"}  # the digest of the content is the loader's, not ours
    assert nights.night(WEDNESDAY, more, content=milder).history.earlier_bridges == {TUESDAY: taken.history.bridges}
    (bridge,) = taken.history.bridges
    assert (bridge.before, bridge.old_today, bridge.after, bridge.data, bridge.rule) == (2, 3, 2, 1, -1)
    assert [(m.kind, m.amount) for m in taken.history.markers] == [("rule_changed", -1)]
    assert [(c.before, c.after) for c in taken.history.rule_changes] == [(1, 2)]


def test_changed_parameter_is_bridged_too(nights, library):
    name, parameter = next(iter(library.parameters.items()))
    longer = replace(parameter, values={day: replace(v, value=v.value + 10) for day, v in parameter.values.items()})
    nights.night(MONDAY, [LATE])
    taken = nights.night(TUESDAY, [LATE], content=replace(library, parameters={**library.parameters, name: longer}))
    (bridge,) = taken.history.bridges
    assert (bridge.before, bridge.old_today, bridge.after) == (1, 1, 0)


def test_waived_finding_counts_as_waived_and_comes_back(nights):
    add(waivers_file(nights.ledger), Exemption(
        "", nights.content.rules[0].id, "Sonderfall", "Theke", "Leitung", MONDAY, MONDAY, case="AB001"))  # fmt: skip
    taken = nights.night(MONDAY, [LATE])
    assert nights.rows == [("2", "new", MONDAY, MONDAY)]
    assert taken.run.results[0].waived == 1
    assert [w.reason for w in taken.history.waivers] == ["Sonderfall"]
    taken = nights.night(TUESDAY, [LATE])
    assert nights.rows == [("2", "reopened", MONDAY, None)]
    assert taken.history.movement(None).reopened == 1
    assert taken.history.returned == {nights.content.rules[0].id: 1}
    assert nights.night(WEDNESDAY, [LATE]).history.returned == {}


def test_past_run_is_read_back_equal(nights):
    first = nights.night(MONDAY, [LATE])
    nights.night(TUESDAY, [IN_TIME], content=with_rule(nights.content, title="Anderer Titel"))
    with reading(nights.ledger) as con:
        run, content, history = stored_run(con, find_run(con, first.run.run_id))
    assert run == replace(first.run, delivery=run.delivery, gate=run.gate)
    assert content.rules == nights.content.rules and content.parameters == nights.content.parameters
    assert history == replace(first.history, events={}, answers=())
