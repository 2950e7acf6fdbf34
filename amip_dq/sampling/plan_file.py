"""The plan of an audit sample as an auditor writes it, read strictly, and bound to a frame by hash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from amip_dq.content.validate import Problems, validate
from amip_dq.content.yaml_source import read_yaml
from amip_dq.errors import ContentErrors, SamplingError
from amip_dq.sampling.canonical import digest, read_json
from amip_dq.sampling.frame import Frame

SCHEMA = "amip-dq/stichprobe/1"
Number = str | int | Decimal
Procedure = Literal["attribut", "mus", "geschaetzt", "entdeckung", "zweiphasen", "risiko_ohne_hochrechnung"]
Kind = Literal["dokumentation", "recht", "betrag"]
STRICT = {"extra": "forbid"}


@dataclass(frozen=True)
class Criterion:
    """One question of the worksheet and what a wrong answer means."""

    id: str
    text: str
    art: Kind

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class StratumPlan:
    """One stratum: N as a check, n if fixed by hand, p and kosten for the allocation."""

    name: str
    N: int | None = None
    n: int | None = None
    p: Number | None = None
    kosten: Number | None = None

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class Expected:
    """How many errors are reckoned with: a number of cases or a rate."""

    faelle: int | None = None
    rate: Number | None = None

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class Binding:
    """What the plan says of its frame; the tool compares it with the frame itself."""

    sha256: str | None = None
    anzahl: int | None = None
    summe_cent: int | None = None
    stichtag: date | None = None
    ausschluesse: tuple[str, ...] | None = None

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class Period:
    """The days on which the audit may be done; both belong to it."""

    von: date
    bis: date

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class PlanFile:
    """Everything that has to be fixed before the draw; numbers may be written as strings."""

    schema: str
    titel: str
    frage: str
    einheit: str
    verfahren: Procedure
    sicherheit: Number
    rahmen: Binding = Binding()
    tolerierbar: Number | None = None
    erwartet: Expected = Expected()
    genauigkeit: Number | None = None
    umfang: int | None = None
    schichten: tuple[StratumPlan, ...] = ()
    aufteilung: Literal["proportional", "neyman", "cost_optimal"] = "proportional"
    stufen: tuple[int, ...] | None = None
    methode: Literal["hypergeometrisch", "binomial", "poisson", "aicpa_conservative"] = "hypergeometrisch"
    null_und_negativ: int | Literal["alle"] | None = None
    fehlerdefinition: tuple[Criterion, ...] = ()
    pruefbogen: str | None = None
    zaehlt: tuple[Kind, ...] = ("dokumentation", "recht", "betrag")
    betragsschwelle: Number | None = None
    nicht_pruefbar: Literal["fehler", "ersatz"] = "fehler"
    nicht_anwendbar: Literal["ersatz"] = "ersatz"
    pruefzeitraum: Period | None = None
    kennzahl: str | None = None
    ticket: Literal["rivest-sha256-1"] = "rivest-sha256-1"

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class Worksheet:
    """A ready-made list of criteria for one audit topic (rules/pruefbogen/<topic>.yaml)."""

    titel: str
    beschreibung: str
    kriterien: tuple[Criterion, ...]
    ursachen: tuple[str, ...] = ()

    __pydantic_config__ = STRICT


@dataclass(frozen=True)
class CommittedPlan:
    """A plan with its sizes and its frame, under one hash; nothing in `content` may change afterwards."""

    content: Mapping[str, Any]
    plan: PlanFile = field(repr=False)

    @cached_property
    def hash(self) -> str:
        return digest(self.content)

    @property
    def frame(self) -> Mapping[str, Any]:
        return self.content["rahmen"]

    @property
    def sizes(self) -> Mapping[str, Any]:
        return self.content["berechnet"]

    @property
    def committed_on(self) -> date:
        return date.fromisoformat(self.content["hinterlegt_am"])


def read_plan(path: Path, worksheets: Path | None = None) -> PlanFile:
    """Return a plan file; criteria named by `pruefbogen` are taken from the folder of worksheets."""
    plan = _read(path, PlanFile)
    if plan.schema != SCHEMA:
        raise SamplingError(f"{path.name}: schema muss »{SCHEMA}« sein.")
    if plan.pruefbogen and plan.fehlerdefinition:
        raise SamplingError(f"{path.name}: entweder pruefbogen oder fehlerdefinition, nicht beides.")
    criteria = plan.fehlerdefinition
    if plan.pruefbogen:
        criteria = read_worksheet(plan.pruefbogen, worksheets).kriterien
    if not criteria:
        raise SamplingError(f"{path.name}: ohne fehlerdefinition oder pruefbogen weiß niemand, was ein Fehler ist.")
    if len({criterion.id for criterion in criteria}) < len(criteria):
        raise SamplingError(f"{path.name}: eine Kennung der fehlerdefinition kommt zweimal vor.")
    return _with_criteria(plan, criteria)


def read_worksheet(topic: str, folder: Path | None) -> Worksheet:
    """Return the criteria of one audit topic."""
    path = (folder or Path()) / f"{topic}.yaml"
    if folder is None or not topic.isidentifier() or not path.is_file():
        raise SamplingError(f"Den Prüfbogen »{topic}« gibt es nicht (gesucht unter rules/pruefbogen).")
    return _read(path, Worksheet)


def _read(path: Path, cls: type) -> Any:
    source = read_yaml(path)
    try:
        return validate(cls, source.data, source)
    except Problems as found:
        raise ContentErrors(found.problems) from None


def _with_criteria(plan: PlanFile, criteria: tuple[Criterion, ...]) -> PlanFile:
    return PlanFile(**{**vars(plan), "fehlerdefinition": criteria})


def spelled(plan: PlanFile) -> dict[str, Any]:
    """Return the plan as JSON knows it: numbers and days as strings, lists as lists."""
    return _spell(asdict(plan))


def _spell(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _spell(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_spell(entry) for entry in value]
    return str(value) if isinstance(value, (Decimal, date)) else value


def check_binding(plan: PlanFile, frame: Frame) -> None:
    """Refuse a plan that was written for another list."""
    told, described = plan.rahmen, frame.describe()
    for name in ("sha256", "anzahl", "summe_cent"):
        value = getattr(told, name)
        if value is not None and value != described[name]:
            raise SamplingError(f"rahmen.{name} im Plan passt nicht zum eingefrorenen Rahmen.")
    if told.stichtag is not None and told.stichtag != frame.stichtag:
        raise SamplingError("rahmen.stichtag im Plan passt nicht zum eingefrorenen Rahmen.")
    if told.ausschluesse is not None and told.ausschluesse != frame.exclusions:
        raise SamplingError("rahmen.ausschluesse im Plan passen nicht zum eingefrorenen Rahmen.")
    if plan.einheit != frame.unit:
        raise SamplingError("einheit im Plan passt nicht zum eingefrorenen Rahmen.")


def commit(plan: PlanFile, frame: Frame, sizes: Mapping[str, Any], day: date, version: str) -> CommittedPlan:
    """Bind plan, frame and sizes together; from now on every change shows in the hash."""
    check_binding(plan, frame)
    content = {
        "schema": SCHEMA,
        "plan": spelled(plan),
        "rahmen": frame.describe(),
        "berechnet": _spell(sizes),
        "hinterlegt_am": day.isoformat(),
        "werkzeug": f"amip-dq {version}",
    }
    return CommittedPlan(content, plan)


def restore(content: Mapping[str, Any]) -> CommittedPlan:
    """Return a committed plan from the content that was stored."""
    from pydantic import TypeAdapter, ValidationError

    try:
        return CommittedPlan(content, TypeAdapter(PlanFile).validate_python(content["plan"]))
    except (ValidationError, KeyError, TypeError):
        raise SamplingError("Der hinterlegte Plan ist beschädigt.") from None


def read_committed(path: Path) -> CommittedPlan:
    """Return a committed plan; raises SamplingError if it was changed after it was committed."""
    stored = read_json(path / "plan.json" if path.is_dir() else path)
    if not isinstance(stored, dict) or {"content", "plan_hash"} - set(stored):
        raise SamplingError(f"{path.name}: kein hinterlegter Plan; bitte zuerst »sample plan«.")
    plan = restore(stored["content"])
    if plan.hash != stored["plan_hash"]:
        raise SamplingError(f"{path.name}: der Plan wurde nach der Hinterlegung geändert.")
    return plan
