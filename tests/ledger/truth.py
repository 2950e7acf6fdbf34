"""The truth about findings over nights, kept in dictionaries and written without a look at the ledger."""

from __future__ import annotations

from collections import Counter
from datetime import date

from night_simulator import Key, Tonight


class Truth:
    """Follows every finding: where it stands, since when, and what happened to it tonight."""

    def __init__(self) -> None:
        self.state: dict[Key, str] = {}
        self.first_seen: dict[Key, date] = {}
        self.versions: dict[str, int] = {}
        self.pending_rerun: dict[str, object] = {}

    def pass_night(self, tonight: Tonight) -> Counter:
        """Return how many findings changed how: (rule, change, state before) → count."""
        found, changes = tonight.found(), Counter()
        renewed = self._renewed(tonight)
        self.changes: dict[Key, str] = {}
        for key in sorted(set(found) | set(self.state)):
            before = self.state.get(key)
            change = self._one(key, before, found.get(key), tonight, renewed)
            if change:
                changes[key[0], change, before or "absent"] += 1
                self.changes[key] = change
        return changes

    def _renewed(self, tonight: Tonight) -> dict[str, object]:
        renewed = {}
        for rule_id in tonight.judged:
            version = tonight.rules[rule_id].version
            if rule_id in self.versions and self.versions[rule_id] != version:
                renewed[rule_id] = tonight.old_verdicts.get(rule_id)
            self.versions[rule_id] = version
        return renewed

    def _one(self, key: Key, before: str | None, verdict: str | None, tonight: Tonight, renewed: dict) -> str | None:
        rule_id, case, item = key
        if verdict:
            exempt = verdict == "violation" and any(
                (e.rule, e.case) == (rule_id, case) and e.item in (None, item) and e.start <= tonight.stichtag <= e.end
                for e in tonight.exemptions
            )
            self.first_seen.setdefault(key, tonight.stichtag)
            self.state[key] = "waived" if exempt else "open"
            if exempt:
                return "waived"
            return {None: "new", "open": "unchanged", "waived": "reopened", "closed": "reopened"}[before]
        if before not in ("open", "waived"):
            return None
        if rule_id not in tonight.rules or not tonight.rules[rule_id].applies_on(tonight.stichtag):
            self.state[key] = "closed"
            return "rule_changed"
        if rule_id not in tonight.judged:
            return "not_judged"
        self.state[key] = "closed"
        said = tonight.verdicts.get(key, "not_delivered")
        if said == "not_delivered":
            return "vanished"
        if rule_id in renewed and (renewed[rule_id] is None or (case, item) in renewed[rule_id]):
            return "rule_changed"
        return {"ok": "resolved", "out_of_scope": "gone"}[said]
