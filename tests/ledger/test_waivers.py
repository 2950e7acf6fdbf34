"""Ausnahmen are strict, end by themselves and always have two parties."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from night_simulator import Tonight, a_rule, take

from amip_dq.errors import AmipError, LedgerError
from amip_dq.ledger.waivers import Exemption, Pattern, add, latest_end, load_waivers, revoke

RULE = "akte.frist_ueberschritten"
GOOD = Exemption("", RULE, "Verfahren ruht", "Team 1", "Fachaufsicht", date(2022, 6, 1), date(2022, 12, 31), case="B1")


def test_added_decision_is_read_back_equal(tmp_path):
    path = tmp_path / "waivers.yaml"
    tricky = replace(GOOD, reason='no: "yes" # kein Kommentar\n- Zeile', case="007", item="null")
    pattern = replace(GOOD, case=None, pattern=Pattern(case_id="B1*", evidence={"art": "umzug"}))
    assert load_waivers(path) == ()
    kept = [add(path, tricky, {RULE}), add(path, pattern, {RULE})]
    assert [k.id for k in kept] == ["A-0001", "A-0002"]
    assert load_waivers(path, {RULE}) == tuple(kept)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"approved_by": " team 1 "}, "nicht selbst genehmigen"),
        ({"end": date(2023, 6, 2)}, "höchstens 12 Monate"),
        ({"end": date(2022, 5, 31)}, "vor dem Beginn"),
        ({"reason": "  "}, "»reason« ist leer"),
        ({"rule": "gibt.es_nicht"}, "gibt es nicht"),
        ({"case": None}, "entweder »case« oder »pattern«"),
        ({"pattern": Pattern(team="T*")}, "entweder »case« oder »pattern«"),
        ({"case": None, "pattern": Pattern()}, "träfe jeden Befund"),
        ({"case": None, "item": "A1", "pattern": Pattern(team="T*")}, "»item« gehört zu »case«"),
    ],
)
def test_impossible_decision_is_refused(tmp_path, changes, said):
    with pytest.raises(LedgerError, match=said):
        add(tmp_path / "waivers.yaml", replace(GOOD, **changes), {RULE})
    assert not (tmp_path / "waivers.yaml").exists()


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(2022, 6, 1), date(2023, 6, 1)),
        (date(2024, 2, 29), date(2025, 2, 28)),
        (date(2023, 2, 28), date(2024, 2, 28)),
    ],
)
def test_twelve_months_end_on_the_same_day(start, end):
    assert latest_end(start) == end
    assert load_ok(replace(GOOD, start=start, end=end))


def load_ok(exemption: Exemption) -> bool:
    from amip_dq.ledger.waivers import mistakes

    return not mistakes(exemption, {RULE})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A-0001:\n  rule: r\n  grund: x\n", "Zeile 3: unbekannter Schlüssel »grund«"),
        ("A-0001:\n  rule: r\nA-0001:\n  rule: r\n", "Zeile 3: Schlüssel »A-0001« steht doppelt"),
        ("A-0001: ja\n", "Schlüssel »rule« fehlt"),
        ("- rule: r\n", "erwartet werden Einträge"),
        (
            "A-0001:\n  rule: r\n  reason: x\n  requested_by: a\n  approved_by: b\n  start: 2022-01-01\n  end: bald\n  case: B1\n",
            "Zeile 7",
        ),
        (
            "A-0001:\n  rule: r\n  reason: x\n  requested_by: a\n  approved_by: b\n  start: 2022-01-01\n  end: 2022-02-01\n  case: 12\n",
            "Zeile 8",
        ),
    ],
)
def test_file_is_read_strictly(tmp_path, text, said):
    path = tmp_path / "waivers.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(AmipError, match=said):
        load_waivers(path)


def test_ended_decision_may_name_a_rule_that_is_gone(tmp_path):
    path = tmp_path / "waivers.yaml"
    kept = add(path, GOOD)
    assert load_waivers(path, {"andere.regel"}, date(2023, 1, 1)) == (kept,)
    with pytest.raises(AmipError, match="gibt es nicht"):
        load_waivers(path, {"andere.regel"}, date(2022, 12, 31))


def test_revoked_decision_stays_in_the_file_and_ends(tmp_path):
    path = tmp_path / "waivers.yaml"
    add(path, GOOD)
    add(path, replace(GOOD, case="B2"))
    path.write_text(path.read_text() + "# Kommentar am Ende\n")
    ended = revoke(path, "A-0001", date(2022, 8, 1))
    assert [e.revoked_on for e in load_waivers(path)] == [date(2022, 8, 1), None]
    assert ended.in_force(date(2022, 7, 31)) and not ended.in_force(date(2022, 8, 1))
    assert "Kommentar am Ende" in path.read_text()
    with pytest.raises(LedgerError, match="schon nicht mehr"):
        revoke(path, "A-0001", date(2022, 8, 2))
    with pytest.raises(LedgerError, match="gibt es nicht"):
        revoke(path, "A-0009", date(2022, 8, 2))


VIOLATIONS = {
    (RULE, "B1", "A1"): "violation",
    (RULE, "B1", "A2"): "violation",
    (RULE, "B[1]", "A3"): "violation",
    (RULE, "B2", "A1"): "undetermined",
}


@pytest.mark.parametrize(
    ("exemption", "exempt"),
    [
        (GOOD, {"A1", "A2"}),
        (replace(GOOD, item="A2"), {"A2"}),
        (replace(GOOD, case=None, pattern=Pattern(case_id="B?")), {"A1", "A2"}),
        (replace(GOOD, case=None, pattern=Pattern(case_id="B[1]")), {"A3"}),
        (replace(GOOD, case=None, pattern=Pattern(team="T*", evidence={"art": "A1"})), {"A1"}),
        (replace(GOOD, case="B2"), set()),
        (replace(GOOD, start=date(2022, 6, 2)), set()),
        (replace(GOOD, end=date(2022, 6, 1)), {"A1", "A2"}),
        (replace(GOOD, revoked_on=date(2022, 6, 1)), set()),
        (replace(GOOD, rule="andere.regel"), set()),
    ],
)
def test_decision_covers_violations_of_its_case_or_pattern(tmp_path, exemption, exempt):
    tonight = Tonight(date(2022, 6, 1), VIOLATIONS, dict.fromkeys(("B1", "B[1]", "B2"), ("Nord", "T1")),
                      {RULE: a_rule(RULE)}, exemptions=(replace(exemption, id="A-0001"),))  # fmt: skip
    entered = take(tmp_path / "verlauf.duckdb", tonight)
    changes = entered.changes.to_pylist()
    assert {row["item"] for row in changes if row["waived_until"]} == exempt
    assert entered.run.results[0].waived == len(exempt)
