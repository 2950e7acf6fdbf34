"""The nouns of amip-dq. Frozen values, standard library only.

The classes that mirror a content file carry `__pydantic_config__`: the loader validates the file
straight into them, so that a key exists in exactly one place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from pathlib import Path
from typing import Any


def camel(name: str) -> str:
    """Return the spelling that the Table Schema standard uses: `primary_key` → `primaryKey`."""
    head, *rest = name.split("_")
    return head + "".join(part.title() for part in rest)


STRICT = {"extra": "forbid"}
TABLE_SCHEMA = {"extra": "forbid", "alias_generator": camel, "validate_by_alias": True}


# ------------------------------------------------------------------ words
class Typ(str, Enum):
    """What a finding claims."""

    FEHLER = "fehler"
    AUFFAELLIGKEIT = "auffaelligkeit"
    HINWEIS = "hinweis"


class Severity(str, Enum):
    """How much a finding weighs; `rank` 4 is the heaviest."""

    KRITISCH = "kritisch"
    HOCH = "hoch"
    MITTEL = "mittel"
    NIEDRIG = "niedrig"

    @property
    def rank(self) -> int:
        return {"kritisch": 4, "hoch": 3, "mittel": 2, "niedrig": 1}[self.value]


class Lifecycle(str, Enum):
    """Where a rule stands in its life; only pilot and aktiv are run."""

    ENTWURF = "entwurf"
    PILOT = "pilot"
    AKTIV = "aktiv"
    ABGEKUENDIGT = "abgekuendigt"


class Verdict(str, Enum):
    """What a rule says of one case."""

    OK = "ok"
    VIOLATION = "violation"
    UNDETERMINED = "undetermined"


class Status(str, Enum):
    """What became of a rule in a run, in order of priority."""

    ERROR = "error"
    NOT_DELIVERED = "not_delivered"
    NOT_APPLICABLE = "not_applicable"
    FAILED = "failed"
    INCONCLUSIVE = "inconclusive"
    PASSED = "passed"


class Change(str, Enum):
    """What became of a finding since the last run."""

    NEW = "new"
    UNCHANGED = "unchanged"
    REOPENED = "reopened"
    RESOLVED = "resolved"
    GONE = "gone"
    VANISHED = "vanished"
    RULE_CHANGED = "rule_changed"
    NOT_JUDGED = "not_judged"
    WAIVED = "waived"


class Direction(str, Enum):
    """When a key figure reaches its target; `change` means: at most the (signed) target."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    CHANGE = "change"


# ------------------------------------------------------------------ checks/
class FieldType(str, Enum):
    """The types of the Table Schema standard that a table file may use."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"


@dataclass(frozen=True)
class Constraints:
    """What the values of a column must satisfy (Table Schema)."""

    required: bool = False
    unique: bool = False
    pattern: str | None = None
    enum: tuple[str | int, ...] = ()
    minimum: int | Decimal | date | None = None
    maximum: int | Decimal | date | None = None
    min_length: int | None = None
    max_length: int | None = None

    __pydantic_config__ = TABLE_SCHEMA


@dataclass(frozen=True)
class Field:
    """One column of a table."""

    name: str
    type: FieldType
    title: str = ""
    description: str = ""
    constraints: Constraints = Constraints()
    decimals: int = 2
    staff: bool = False  # the value stands for one member of staff: no report shows it

    __pydantic_config__ = TABLE_SCHEMA


@dataclass(frozen=True)
class Reference:
    """The other end of a foreign key."""

    resource: str
    fields: tuple[str, ...]

    __pydantic_config__ = TABLE_SCHEMA


@dataclass(frozen=True)
class ForeignKey:
    """Columns whose values must exist in another table."""

    fields: tuple[str, ...]
    reference: Reference

    __pydantic_config__ = TABLE_SCHEMA


@dataclass(frozen=True)
class RowCheck:
    """A predicate over one row; only FALSE is a defect."""

    name: str
    title: str
    sql: str

    __pydantic_config__ = TABLE_SCHEMA


@dataclass(frozen=True)
class Table:
    """One table of the canonical data model, as checks/<table>.yaml describes it."""

    name: str
    title: str
    fields: tuple[Field, ...]
    description: str = ""
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    optional: bool = False
    source: str = ""
    row_checks: tuple[RowCheck, ...] = ()
    timeline: str = ""
    staff: bool = False  # one row is one member of staff: no report shows the table or a key to it

    __pydantic_config__ = TABLE_SCHEMA

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.fields)

    def field(self, name: str) -> Field:
        return next(column for column in self.fields if column.name == name)


@dataclass(frozen=True)
class Dialect:
    """How a source writes its files: the `defaults` of a layout, or one table's own deviations."""

    encoding: str = "utf-8"
    delimiter: str = ";"
    quote: str = '"'
    header_row: int = 1
    skip_rows: int = 0
    footer: str | None = None
    dates: tuple[str, ...] = ("%Y-%m-%d",)
    decimal: str = "."
    thousands: str = ""
    missing: tuple[str, ...] = ("",)
    open_end: tuple[str, ...] = ()
    true_words: tuple[str, ...] = ("true",)
    false_words: tuple[str, ...] = ("false",)

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class LayoutTable:
    """Where one table lies in a delivery and how its headers and values translate."""

    files: tuple[str, ...]
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    sheet: str | None = None
    dialect: Dialect = Dialect()


@dataclass(frozen=True)
class Layout:
    """How one source writes its export."""

    name: str
    title: str
    tables: Mapping[str, LayoutTable]


# ------------------------------------------------------------------ rules/
@dataclass(frozen=True)
class Control:
    """The rule's place in the risk-control matrix."""

    id: str
    risk: str
    kind: str
    frequency: str

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class Basis:
    """A legal or programme source that a rule rests on."""

    cite: str
    role: str
    version: str = ""

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class Example:
    """A tiny delivery and what a rule must say of it: test and documentation at once."""

    name: str
    stichtag: date
    tables: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)
    expect: Mapping[str, Any] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class EquivalentMutant:
    """A change of the SQL that no example can tell from the original, and why."""

    mutant: str
    reason: str

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class Impact:
    """What a key figure would be, were a rule's findings put right: `sql` is <defect>.korrektur.sql and returns a table corrected.

    `count` is what the figure's numerator counts, with its article and in the singular; `one` and `many` open the sentence.
    """

    figure: str
    table: str
    count: str
    one: str
    many: str
    reads: Mapping[str, tuple[str, ...]]
    examples: tuple[Example, ...]
    sql: str
    assumption: str = ""

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class Rule:
    """One control: which cases are in scope and what is wrong with which of them."""

    id: str
    version: int
    status: Lifecycle
    title: str
    unit: str
    typ: Typ
    severity: Severity
    valid_from: date
    control: Control
    responsible: str
    kennzahlen: tuple[str, ...]
    basis: tuple[Basis, ...]
    purpose: str
    rationale: str
    remedy: tuple[str, ...]
    finding: str
    reads: Mapping[str, tuple[str, ...]]
    examples: tuple[Example, ...]
    sql: str
    valid_to: date | None = None
    exemptions: tuple[str, ...] = ()
    open_questions: tuple[str, ...] = ()
    closes_when: str = ""
    expected: str = ""
    effort_minutes: int | None = None
    impact: Impact | None = None
    equivalent_mutants: tuple[EquivalentMutant, ...] = ()

    __pydantic_config__ = STRICT

    def applies_on(self, stichtag: date) -> bool:
        """Tell whether the rule is run for this Stichtag at all."""
        alive = self.status in (Lifecycle.AKTIV, Lifecycle.PILOT)
        return alive and self.valid_from <= stichtag and (self.valid_to is None or stichtag <= self.valid_to)


@dataclass(frozen=True)
class KeyFigure:
    """A quota or ratio that the programme promises; rules/kennzahlen/<name>."""

    id: str
    title: str
    unit: str
    basis: tuple[Basis, ...]
    target: str
    direction: Direction
    slices: tuple[str, ...]
    reads: Mapping[str, tuple[str, ...]]
    sql: str
    factor: Decimal = Decimal(1)
    offset: Decimal = Decimal(0)
    rationale: str = ""
    description: str = ""
    examples: tuple[Example, ...] = ()
    decimals: int = 1
    provisional_months: int = 0
    percent: bool = True
    equivalent_mutants: tuple[EquivalentMutant, ...] = ()

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class ParameterValue:
    """What a parameter is worth from a day on."""

    value: Any
    source: str = ""
    verified: bool | None = None

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class Parameter:
    """A dated threshold; the date of the fact chooses the value."""

    name: str
    title: str
    unit: str
    source: str
    verified: bool
    values: Mapping[date, ParameterValue]

    __pydantic_config__ = STRICT

    def value_on(self, day: date) -> Any:
        """Return the newest value on or before `day`, or None before the first."""
        known = [start for start in self.values if start <= day]
        return self.values[max(known)].value if known else None


@dataclass(frozen=True)
class ResidualRisk:
    """What a risk is judged to be worth once its controls work; without a source it is the author's judgement."""

    level: Severity
    reason: str
    source: str = ""

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class Risk:
    """A risk of the control system."""

    id: str
    title: str
    description: str
    owner: str
    residual_risk: ResidualRisk | None = None

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class CatalogueEntry:
    """One control of the programme's catalogue: what decides it, or why the data cannot.

    `decided_by` names rules, key figures, or what the engine does itself ("engine: …").
    """

    id: str
    title: str
    decided_by: str | tuple[str, ...] = ()
    not_decidable: str = ""

    __pydantic_config__ = STRICT

    @property
    def deciders(self) -> tuple[str, ...]:
        return (self.decided_by,) if isinstance(self.decided_by, str) else self.decided_by


@dataclass(frozen=True)
class View:
    """A derived table or macro that rules share; `arguments` is None for a plain view."""

    name: str
    arguments: tuple[str, ...] | None
    scalar: bool
    body: str
    path: Path
    equivalent_mutants: tuple[EquivalentMutant, ...] = ()


@dataclass(frozen=True)
class Calendar:
    """Which days are working days."""

    title: str = "Montag bis Freitag"
    country: str = ""
    subdivision: str = ""
    weekend: tuple[str, ...] = ("sa", "so")
    extra_holidays: tuple[date, ...] = ()
    working: tuple[date, ...] = ()
    source: str = ""

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class Vocabulary:
    """The words that rules may use; an empty group allows any word. word → its details (title, key, …)."""

    responsible: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    purpose: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    unit: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def title(self, group: str, word: str) -> str:
        """Return the display title of a word, or the word itself."""
        return str(getattr(self, group).get(word, {}).get("title", word))

    def unit_key(self, unit: str) -> str | None:
        """Return the column that holds a unit's case_id in the tables (e.g. bg_nr), if declared."""
        return self.unit.get(unit, {}).get("key")


@dataclass(frozen=True)
class Suite:
    """A Great Expectations suite over one frame of the delivery's profile."""

    name: str
    frame: str
    definition: Mapping[str, Any]


@dataclass(frozen=True)
class Content:
    """Everything that checks/ and rules/ say."""

    folder: Path
    tables: Mapping[str, Table]
    layouts: Mapping[str, Layout]
    suites: tuple[Suite, ...]
    rules: tuple[Rule, ...]
    key_figures: tuple[KeyFigure, ...]
    parameters: Mapping[str, Parameter]
    risks: Mapping[str, Risk]
    views: Mapping[str, View]
    calendar: Calendar
    vocabulary: Vocabulary
    digest: str
    parameters_digest: str
    catalogue: Mapping[str, CatalogueEntry] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # a rule's query → its columns and their types

    def rule(self, rule_id: str) -> Rule | None:
        return next((rule for rule in self.rules if rule.id == rule_id), None)


# ------------------------------------------------------------------ a run
@dataclass(frozen=True)
class FileRead:
    """One file of a delivery; rows_read + rows_rejected = rows in the file."""

    path: str
    sha256: str
    table: str
    rows_read: int
    rows_rejected: int
    data_as_of: date | None = None
    source: str = ""


@dataclass(frozen=True)
class DefectCount:
    """How many cells of a column fail one structural check."""

    table: str
    column: str
    check: str
    rows: int


@dataclass(frozen=True)
class Notice:
    """Something about the delivery's files that a reader should know (reordered columns, surplus files …)."""

    path: str
    text: str


@dataclass(frozen=True)
class Delivery:
    """What was read: files, what is missing, notices. The rows lie in DuckDB (schemas daten, lauf)."""

    folder: Path
    digest: str
    files: tuple[FileRead, ...]
    delivered: frozenset[str]
    not_delivered: tuple[str, ...]
    notices: tuple[Notice, ...] = ()
    data_as_of: date | None = None


@dataclass(frozen=True)
class GateCheck:
    """One expectation about the delivery and whether it holds."""

    suite: str
    title: str
    severity: str
    success: bool
    observed: str
    places: tuple[str, ...] = ()

    @property
    def blocks(self) -> bool:
        return not self.success and self.severity == "critical"


@dataclass(frozen=True)
class Gate:
    """Is the delivery fit to be checked?"""

    checks: tuple[GateCheck, ...] = ()
    result: Mapping[str, Any] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        return not any(check.blocks for check in self.checks)


@dataclass(frozen=True)
class RuleResult:
    """What one rule says of a delivery; scope = ok + violation + undetermined, waived is part of violation."""

    rule: Rule
    ok: int = 0
    violation: int = 0
    undetermined: int = 0
    waived: int = 0
    error: str | None = None
    missing_tables: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def scope(self) -> int:
        return self.ok + self.violation + self.undetermined

    @property
    def status(self) -> Status:
        """Return the first that applies: error, not_delivered, not_applicable, failed, inconclusive, passed."""
        if self.error is not None:
            return Status.ERROR
        if self.missing_tables:
            return Status.NOT_DELIVERED
        if self.scope == 0:
            return Status.NOT_APPLICABLE
        if self.violation > self.waived:
            return Status.FAILED
        return Status.INCONCLUSIVE if self.undetermined else Status.PASSED


@dataclass(frozen=True)
class FigureResult:
    """One key figure in one slice; decided with integers, `value` only for display."""

    figure: KeyFigure
    slice: str
    numerator: int | None
    denominator: int | None
    undetermined: int
    target: Decimal | None
    error: str | None = None

    @property
    def exact(self) -> Fraction | None:
        """Return factor · numerator / denominator + offset, or None where nothing can be measured."""
        if self.numerator is None or not self.denominator:
            return None
        share = Fraction(self.figure.factor) * Fraction(self.numerator, self.denominator)
        return share + Fraction(self.figure.offset)

    @property
    def value(self) -> Decimal | None:
        """Return the fraction, half up to six places."""
        if self.exact is None:
            return None
        scaled = abs(self.exact) * 10**6
        whole = int(scaled + Fraction(1, 2))
        return Decimal(whole if self.exact >= 0 else -whole) / Decimal(10**6)

    @property
    def reached(self) -> bool | None:
        """Compare exactly, in per cent: 4.099 of 4.554 reaches 90 %, 4.098 does not."""
        if self.exact is None or self.target is None:
            return None
        percent = self.exact * 100 if self.figure.percent else self.exact
        if self.figure.direction is Direction.AT_LEAST:
            return percent >= Fraction(self.target)
        return percent <= Fraction(self.target)


@dataclass(frozen=True)
class ImpactResult:
    """One key figure in one slice as delivered, and with the findings of one rule put right.

    `office` None means the findings of all offices; `corrected` are the findings whose correction is determined.
    """

    rule: Rule
    office: str | None
    findings: int
    corrected: int
    before: FigureResult
    after: FigureResult

    @property
    def figure(self) -> KeyFigure:
        return self.before.figure

    @property
    def slice(self) -> str:
        return self.before.slice

    @property
    def computable(self) -> bool:
        return bool(self.corrected) and self.before.exact is not None and self.after.exact is not None

    @property
    def change(self) -> int | None:
        """Return by how much the numerator changes."""
        return self.after.numerator - self.before.numerator if self.computable else None

    @property
    def points(self) -> Fraction | None:
        """Return by how much the value changes: in percentage points, or in units of a plain ratio."""
        if not self.computable:
            return None
        return (self.after.exact - self.before.exact) * (100 if self.figure.percent else 1)


@dataclass(frozen=True)
class Run:
    """One nightly check, complete: what run.json and the reports are made of.

    The findings themselves stay in DuckDB (`lauf.befund`).
    """

    stichtag: date
    delivery: Delivery
    gate: Gate
    defects: tuple[DefectCount, ...]
    results: tuple[RuleResult, ...]
    figures: tuple[FigureResult, ...]
    content_digest: str
    parameters_digest: str
    engine_version: str
    forced: bool = False
    missing_mandatory: tuple[str, ...] = ()
    impacts: tuple[ImpactResult, ...] = ()
    run_id: str = ""
    chain_hash: str = ""

    @property
    def judged(self) -> bool:
        """Tell whether rules were judged at all: the gate held, or was overruled."""
        return self.gate.passed or self.forced

    @property
    def not_checked(self) -> tuple[RuleResult, ...]:
        """Return the rules that say nothing about this delivery."""
        return tuple(r for r in self.results if r.status in (Status.ERROR, Status.NOT_DELIVERED))


# ------------------------------------------------------------------ what the ledger tells the reports
@dataclass(frozen=True)
class Movement:
    """How the stock of open findings moved since the last run; `team` and `rule_id` None mean all.

    Open = verdict violation, rule aktiv, not waived. All numbers count findings and are not negative.
    """

    team: str | None
    rule_id: str | None
    before: int
    new: int = 0
    reopened: int = 0
    resolved: int = 0
    gone: int = 0
    vanished: int = 0
    rule_changed: int = 0
    not_judged: int = 0
    waived: int = 0
    moved_in: int = 0
    moved_out: int = 0

    @property
    def closed(self) -> int:
        ended = self.resolved + self.gone + self.vanished + self.rule_changed
        return ended + self.not_judged + self.waived + self.moved_out

    @property
    def after(self) -> int:
        return self.before + self.new + self.reopened + self.moved_in - self.closed


@dataclass(frozen=True)
class TrendPoint:
    """The stock of open findings in one run, and what came and went in the week up to it; `team` None means all."""

    stichtag: date
    team: str | None
    open: int
    new: int
    resolved: int


@dataclass(frozen=True)
class Marker:
    """Why a trend may jump without any work: `kind` is rule_changed, not_delivered or no_run."""

    stichtag: date
    kind: str
    name: str
    amount: int | None = None


@dataclass(frozen=True)
class RunRecord:
    """One past run; `complete` means exit code 0 or 1."""

    run_id: str
    stichtag: date
    complete: bool
    rules_run: int
    rules_total: int
    findings: int
    chain_hash: str = ""


@dataclass(frozen=True)
class RuleChange:
    """A rule whose version or digest changed between two runs; None before the first or after the last version."""

    stichtag: date
    rule_id: str
    before: int | None
    after: int | None


@dataclass(frozen=True)
class Bridge:
    """What a change of a rule did to its findings; `old_today` is None if the old version could not be run again.

    before + data + rule = after, all in findings (Befunde and nicht prüfbar together).
    """

    rule_id: str
    version_before: int
    version: int
    before: int
    old_today: int | None
    after: int

    @property
    def data(self) -> int | None:
        return None if self.old_today is None else self.old_today - self.before

    @property
    def rule(self) -> int | None:
        return None if self.old_today is None else self.after - self.old_today


@dataclass(frozen=True)
class Execution:
    """Whether a control ran on every working day of a period; each list names the days that fall short."""

    control: str
    rule_id: str
    start: date
    end: date
    expected: int
    done: int
    missing: tuple[date, ...] = ()
    late: tuple[date, ...] = ()
    stale: tuple[date, ...] = ()
    incomplete: tuple[date, ...] = ()


@dataclass(frozen=True)
class Lookback:
    """What changed in the past since the last delivery: rows of one kind, counted without any case.

    `what` is backdated, mass_change or flipped_back; `days` is the greatest distance, where there is one.
    """

    table: str
    what: str
    kind: str
    role: str
    rows: int
    days: int | None = None
    day: date | None = None


@dataclass(frozen=True)
class Waiver:
    """A decision to accept a finding for a time, with its reason and the role that approved it."""

    fingerprint: str
    rule_id: str
    reason: str
    granted: date
    until: date
    approved_by: str = ""


@dataclass(frozen=True)
class Answer:
    """What a team wrote back about a finding: behoben, kein_fehler, ausnahme or in_klaerung."""

    fingerprint: str
    day: date
    answer: str
    reason: str = ""
    until: date | None = None


@dataclass(frozen=True)
class FindingEvent:
    """One entry in the life of a finding; `kind` is a Change value."""

    day: date
    kind: str


@dataclass(frozen=True)
class Measure:
    """What was agreed about a rule's findings, who owns it (a role) and until when.

    `status` is offen, ueberfaellig or erledigt; `effect` tells whether fewer findings are open than when it began:
    weniger, mehr, gleich, or empty where no run is known to compare with.
    """

    rule_id: str
    text: str
    owner: str
    due: date | None
    status: str = "offen"
    effect: str = ""


@dataclass(frozen=True)
class Estimate:
    """A rate between 0 and 1 estimated from a sample, with its two-sided limits."""

    point: Decimal
    lower: Decimal
    upper: Decimal


@dataclass(frozen=True)
class SampleSource:
    """Which audit sample a figure comes from; `secured` is False where the draw was not bound to a public value."""

    stichtag: date
    confidence: Decimal
    draw_number: int
    secured: bool


@dataclass(frozen=True)
class RuleSample:
    """A rule in a sample of flagged and unflagged cases; `recall` is None where no case was wrong."""

    rule_id: str
    source: SampleSource
    flagged: int
    examined: int
    wrong: int
    missed_wrong: int
    precision: Estimate
    recall: Estimate | None


@dataclass(frozen=True)
class SampledQuota:
    """A key figure as auditors confirmed it; `at_least` is the one-sided lower limit of the share of right cases."""

    figure_id: str
    source: SampleSource
    right: int
    examined: int
    value: Estimate
    at_least: Decimal


@dataclass(frozen=True)
class Samples:
    """The newest audit sample of each rule and key figure."""

    rules: Mapping[str, RuleSample] = field(default_factory=dict)
    quotas: Mapping[str, SampledQuota] = field(default_factory=dict)


@dataclass(frozen=True)
class History:
    """What the ledger knows beyond today's run, exactly as much as the pages show.

    `differs` names what is not as it was in the last run (delivery, content, parameters, engine); `returned` counts
    by rule the findings that are open again because their waiver has ended.
    """

    first_run: bool = True
    previous: date | None = None
    movements: tuple[Movement, ...] = ()
    trend: tuple[TrendPoint, ...] = ()
    markers: tuple[Marker, ...] = ()
    runs: tuple[RunRecord, ...] = ()
    runs_expected: int | None = None
    rule_changes: tuple[RuleChange, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    answers: tuple[Answer, ...] = ()
    events: Mapping[str, tuple[FindingEvent, ...]] = field(default_factory=dict)
    quality: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    figures_before: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    measures: tuple[Measure, ...] = ()
    chain_intact: bool | None = None
    bridges: tuple[Bridge, ...] = ()
    earlier_bridges: Mapping[date, tuple[Bridge, ...]] = field(default_factory=dict)
    differs: tuple[str, ...] = ()
    returned: Mapping[str, int] = field(default_factory=dict)
    executions: tuple[Execution, ...] = ()
    lookback: tuple[Lookback, ...] = ()
    early_warnings: int = 0
    expired: int = 0
    samples: Samples = Samples()

    def movement(self, team: str | None, rule_id: str | None = None) -> Movement | None:
        """Return the bridge of a team and rule, or None where there is nothing to compare with."""
        return next((m for m in self.movements if (m.team, m.rule_id) == (team, rule_id)), None)
