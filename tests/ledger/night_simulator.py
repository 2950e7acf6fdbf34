"""A small office in plain Python: findings appear, are repaired, come back, move; the truth is kept beside."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pyarrow as pa

from amip_dq.ledger.chain import canonical, sha256
from amip_dq.ledger.definitions import Definition
from amip_dq.ledger.record import Entered, Night, close, enter
from amip_dq.ledger.store import publish, writing
from amip_dq.ledger.waivers import Exemption
from amip_dq.model import (
    Control,
    Delivery,
    FileRead,
    Gate,
    GateCheck,
    Lifecycle,
    Rule,
    RuleResult,
    Run,
    Severity,
    Typ,
)  # fmt: skip

Key = tuple[str, str, str]
FOUND = pa.schema(
    [(name, pa.string()) for name in ("rule_id", "case_id", "item", "verdict", "typ", "severity", "geschaeftsstelle",
     "team", "responsible", "text", "evidence", "fingerprint", "rule_status", "record_table")]
    + [("version", pa.int32()), ("heilbar_bis", pa.date32())]
)  # fmt: skip


def a_rule(rule_id: str = "akte.frist_ueberschritten", **changes) -> Rule:
    """Return a rule with nothing special about it."""
    base = Rule(
        id=rule_id, version=1, status=Lifecycle.AKTIV, title="Titel", unit="akte", typ=Typ.FEHLER,
        severity=Severity.HOCH, valid_from=date(2000, 1, 1), control=Control("A-001", "R-01", "detektiv", "taeglich"),
        responsible="leistung", kennzahlen=(), basis=(), purpose="", rationale="", remedy=(), finding="",
        reads={"akte": ("akte_nr",)}, examples=(), sql="SELECT 1",
    )  # fmt: skip
    return replace(base, **changes)


def a_definition(rule: Rule) -> Definition:
    decides = {"version": rule.version}
    return Definition(rule.id, rule.version, sha256(canonical(decides)), canonical({"decides": decides, "rule": {}}))


def a_run(stichtag: date, results=(), gate_holds: bool = True, digest: str = "") -> Run:
    gate = Gate(() if gate_holds else (GateCheck("s", "Zeilen", "critical", False, "0"),))
    files = (FileRead("akte.csv", hashlib.sha256(digest.encode()).hexdigest(), "akte", 10, 0),)
    delivery = Delivery(Path("lieferung"), digest or stichtag.isoformat(), files, frozenset({"akte"}), (), (), stichtag)
    return Run(stichtag, delivery, gate, (), tuple(results), (), "inhalt", "parameter", "1.0")


@dataclass
class Tonight:
    """What the data say tonight: key → verdict word; everything else about a rule in `rules`."""

    stichtag: date
    verdicts: dict[Key, str]  # violation | undetermined | ok | out_of_scope | not_delivered
    teams: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()
    gate_holds: bool = True
    old_verdicts: dict[str, set[tuple[str, str]] | None] = field(default_factory=dict)
    exemptions: tuple[Exemption, ...] = ()
    heilbar_bis: dict[Key, date] = field(default_factory=dict)

    @property
    def judged(self) -> set[str]:
        alive = {r for r, rule in self.rules.items() if rule.applies_on(self.stichtag)}
        return alive - self.broken if self.gate_holds else set()

    def found(self) -> dict[Key, str]:
        return {k: v for k, v in self.verdicts.items() if v in ("violation", "undetermined") and k[0] in self.judged}


def night_of(tonight: Tonight) -> Night:
    """Return tonight as the ledger takes it."""
    rows = []
    for key, verdict in sorted(tonight.found().items()):
        rule_id, case, item = key
        rule = tonight.rules[rule_id]
        office, team = tonight.teams.get(case, (None, None))
        digest = hashlib.sha256("|".join(key).encode()).hexdigest()[:16]
        rows.append({
            "rule_id": rule_id, "case_id": case, "item": item, "verdict": verdict, "typ": rule.typ.value,
            "severity": rule.severity.value, "geschaeftsstelle": office, "team": team, "responsible": "leistung",
            "text": f"Befund zu {case}", "evidence": json.dumps({"art": item}), "fingerprint": digest,
            "rule_status": rule.status.value, "record_table": None, "version": rule.version,
            "heilbar_bis": tonight.heilbar_bis.get(key),
        })  # fmt: skip
    alive = [rule for rule in tonight.rules.values() if rule.applies_on(tonight.stichtag)]
    results = [_result(rule, tonight) for rule in alive] if tonight.gate_holds else []

    def outcomes(missing: pa.Table) -> pa.Table:
        said = [
            tonight.verdicts.get((m["rule_id"], m["case_id"], m["item"]), "not_delivered") for m in missing.to_pylist()
        ]
        return pa.table({"id": missing.column("id"), "sight": said})

    def rerun(definition: Definition) -> pa.Table | None:
        old = tonight.old_verdicts.get(definition.rule_id)
        if old is None:
            return None
        pairs = sorted(old)
        return pa.table({"case_id": pa.array([c for c, _ in pairs], pa.string()),
                         "item": pa.array([i for _, i in pairs], pa.string())})  # fmt: skip

    return Night(
        run=a_run(tonight.stichtag, results, tonight.gate_holds),
        findings=pa.Table.from_pylist(rows, schema=FOUND),
        rules=tonight.rules,
        definitions={r.id: a_definition(r) for r in alive},
        outcomes=outcomes, rerun=rerun, exemptions=tonight.exemptions,
    )  # fmt: skip


def _result(rule: Rule, tonight: Tonight) -> RuleResult:
    if rule.id in tonight.broken:
        return RuleResult(rule, error="kaputt")
    count = Counter(v for k, v in tonight.verdicts.items() if k[0] == rule.id)
    return RuleResult(rule, count["ok"], count["violation"], count["undetermined"])


def take(ledger: Path, tonight: Tonight, documents: dict[str, str] | None = None) -> Entered:
    """Record one night and publish it."""
    with writing(ledger, 0) as draft:
        recorded = close(draft, enter(draft, night_of(tonight)), documents or {}, f"{tonight.stichtag}T05:00:00")
        publish(draft)
    return recorded


def weekdays(start: date, count: int) -> list[date]:
    days = [start + timedelta(n) for n in range(2 * count)]
    return [day for day in days if day.isoweekday() < 6][:count]


@dataclass
class Office:
    """A world that changes from night to night by the seed."""

    seed: int
    cases: int = 40
    rules: dict[str, Rule] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.rules = self.rules or {name: a_rule(name) for name in ("a.fehlt", "b.doppelt", "c.verspaetet", "d.unklar")}
        self.verdicts: dict[Key, str] = {}
        self.teams = {f"B{n:03d}": self._place() for n in range(self.cases)}
        self.exemptions: list[Exemption] = []
        for rule_id in self.rules:
            for case in self.teams:
                self.verdicts[rule_id, case, "" if rule_id == "d.unklar" else f"R{case}"] = self.random.choice(
                    ["ok"] * 6 + ["violation", "undetermined", "out_of_scope"]
                )

    def _place(self) -> tuple[str | None, str | None]:
        return self.random.choice([("Nord", "T1"), ("Nord", "T2"), ("Süd", "T3"), (None, None)])

    def night(self, day: date) -> Tonight:
        """Let one day pass and return what the night sees."""
        for key, verdict in self.verdicts.items():
            if self.random.random() < 0.08:
                words = ["ok", "violation", "undetermined", "out_of_scope", "not_delivered"]
                self.verdicts[key] = self.random.choice([w for w in words if w != verdict])
        for case in self.teams:
            if self.random.random() < 0.03:
                self.teams[case] = self._place()
        old = self._change_a_rule() if self.random.random() < 0.15 else {}
        if self.random.random() < 0.2:
            self._exempt(day)
        broken = frozenset(r for r in self.rules if self.random.random() < 0.06)
        return Tonight(
            day, dict(self.verdicts), dict(self.teams), dict(self.rules), broken, self.random.random() > 0.04,
            old, tuple(self.exemptions),
        )  # fmt: skip

    def _change_a_rule(self) -> dict[str, set[tuple[str, str]] | None]:
        rule_id = self.random.choice(sorted(self.rules))
        rule = self.rules[rule_id]
        before = {k[1:] for k, v in self.verdicts.items() if k[0] == rule_id and v in ("violation", "undetermined")}
        self.rules[rule_id] = replace(rule, version=rule.version + 1)
        for key in [k for k in self.verdicts if k[0] == rule_id]:
            if self.random.random() < 0.2:
                self.verdicts[key] = self.random.choice(["ok", "violation"])
        return {rule_id: None if self.random.random() < 0.2 else before}

    def _exempt(self, day: date) -> None:
        rule_id, case, item = self.random.choice(sorted(self.verdicts))
        number = len(self.exemptions) + 1
        self.exemptions.append(
            Exemption(
                f"A-{number:04d}",
                rule_id,
                "Grund",
                "Team",
                "Leitung",
                day,
                day + timedelta(self.random.randint(0, 9)),
                case,
                item,
            )
        )
