"""What is different since the last run, and which rules deserve a second look: for the page of the DQM team."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from amip_dq.ledger.execution import MADE_OF
from amip_dq.ledger.quality import false_alarm_interval
from amip_dq.ledger.record import is_early_warning
from amip_dq.model import Bridge, Execution, Lookback, Movement, Rule
from amip_dq.report.charts import Drawing, Step, waterfall
from amip_dq.report.german import NOTHING, SECRET, datum, mit_vorzeichen, zahl
from amip_dq.report.site import Site
from amip_dq.report.suppression import SMALL

MOST_MOVED, MOST_LOOKS = 15, 60


class Noise(NamedTuple):
    """How often a rule's findings turned out to be no error, of those that a team answered; `low` and `high` in per cent."""

    rule: Rule
    confirmed: int
    answered: int
    low: int
    high: int


def same_or_not(site: Site) -> list[tuple[str, bool]]:
    """Return what a run is made of, and whether it is as it was in the last run; nothing before the second."""
    if site.history.first_run:
        return []
    return [(site.texts.plain(f"lauf_vergleich.{name}"), name not in site.history.differs) for name in MADE_OF]


def movements(site: Site) -> list[tuple[Rule, Movement]]:
    """Return what came and went by rule since the last run, the liveliest first."""
    found = [(rule, m) for rule in site.content.rules if (m := site.history.movement(None, rule.id))]
    return sorted(found, key=lambda pair: (-(pair[1].new + pair[1].closed), pair[0].id))


def moved_most(site: Site) -> list[tuple[Rule, Movement]]:
    """Return the rules whose stock moved at all, at most fifteen."""
    moved = [(rule, m) for rule, m in movements(site) if m.new or m.reopened or m.moved_in or m.closed]
    return moved[:MOST_MOVED]


def bridges_of(site: Site, rule_id: str | None) -> list[tuple[date, Bridge]]:
    """Return what changes of a rule (None: of any) did to its findings, the newest first."""
    by_day = {**site.history.earlier_bridges, site.run.stichtag: site.history.bridges}
    if site.run.stichtag in site.history.earlier_bridges:
        by_day[site.run.stichtag] = (*site.history.earlier_bridges[site.run.stichtag], *site.history.bridges)
    return [
        (day, bridge)
        for day, bridges in sorted(by_day.items(), reverse=True)
        for bridge in bridges
        if rule_id in (None, bridge.rule_id)
    ]


def bridge_sentence(site: Site, day: date, bridge: Bridge) -> str:
    """Return a rule change in words: old count, effect of the rule, effect of the data, new count."""
    t, names = site.texts.plain, {"kennung": site.code(bridge.rule_id), "tag": day}
    counts = {"vorher": bridge.before, "nachher": bridge.after, "alt": bridge.version_before, "neu": bridge.version}
    if bridge.rule is None or bridge.data is None:
        return t("regel_bruecke.nicht_lesbar", **names, **counts)
    effects = {"regel": mit_vorzeichen(bridge.rule), "daten": mit_vorzeichen(bridge.data)}
    return t("regel_bruecke.satz", **names, **counts, **effects)


def bridge_drawing(site: Site, day: date, bridge: Bridge) -> Drawing | None:
    """Return the bridge over a rule change, or None where the old version could not be run again."""
    if bridge.rule is None or bridge.data is None:
        return None
    t = site.texts.plain
    steps = [
        Step(t("regel_bruecke.vorher", fassung=bridge.version_before), bridge.before, False),
        Step(t("regel_bruecke.durch_regel"), bridge.rule, True),
        Step(t("regel_bruecke.durch_daten"), bridge.data, True),
        Step(t("regel_bruecke.nachher", fassung=bridge.version), bridge.after, False),
    ]
    head = (t("bruecke.schritt"), t("bruecke.befunde"))
    return waterfall(steps, t("regel_bruecke.titel", tag=day), bridge_sentence(site, day, bridge), head)


def looks(site: Site) -> list[tuple[str, str, str, str, str, str]]:
    """Return the look back as rows: table, what, kind, role, rows, how far or when."""
    return [_look(site, look) for look in site.history.lookback[:MOST_LOOKS]]


def _look(site: Site, look: Lookback) -> tuple[str, str, str, str, str, str]:
    t = site.texts.plain
    table = site.content.tables[look.table].title if look.table in site.content.tables else look.table
    kind = site.column_title(look.kind) if look.what == "flipped_back" else look.kind.replace("_", " ")
    # a role may be one person: its small numbers stay hidden
    number = SECRET if look.role and look.rows in SMALL else zahl(look.rows)
    far = datum(look.day) if look.day else t("rueckblick.tage", n=look.days) if look.days else NOTHING
    return table, t(f"rueckblick.{look.what}"), kind or NOTHING, look.role or NOTHING, number, far


def noisy_rules(site: Site) -> list[Noise]:
    """Return the rules with confirmed »kein Fehler«, the least reliable (by the lower limit of the share) first."""
    found = []
    for rule_id, (confirmed, answered) in site.history.quality.items():
        if confirmed and rule_id in site.rules:
            low, high = false_alarm_interval(confirmed, answered)
            found.append(Noise(site.rules[rule_id], confirmed, answered, round(low * 100), round(high * 100)))
    return sorted(found, key=lambda noise: (-noise.low, -noise.confirmed, noise.rule.id))


def executions(site: Site) -> dict[str, Execution]:
    """Return the proof of execution by rule."""
    return {execution.rule_id: execution for execution in site.history.executions}


def early_warnings(site: Site, team: str | None) -> int:
    """Return how many open findings only warn: nothing is wrong there yet."""
    early = {rule.id for rule in site.content.rules if is_early_warning(rule)}
    return sum(n for rule_id, n in site.stock.count(lambda cell: cell.rule_id, team).items() if rule_id in early)


def exempt_sentence(site: Site, team: str | None, rule_id: str | None = None) -> str:
    """Return »davon 3 ausgenommen bis 31.12.2022«, or nothing."""
    number, until = site.stock.exempt(team, rule_id)
    return site.texts.plain("stand.davon_ausgenommen", n=number, tag=until) if number and until else ""


def exemptions(site: Site) -> list[tuple[str, str, date, str, int]]:
    """Return the decisions in force: rule, reason, last day, who approved, and for how many findings of today."""
    counted: dict[tuple[str, str, date, str], int] = {}
    for waiver in site.history.waivers:
        key = (waiver.rule_id, waiver.reason, waiver.until, waiver.approved_by)
        counted[key] = counted.get(key, 0) + 1
    return [(*key, number) for key, number in sorted(counted.items())]


def counts(site: Site) -> list[tuple[str, int]]:
    """Return what is counted as open, what of it has lapsed or only warns, and what is counted beside it."""
    t, stock = site.texts.plain, site.stock
    number, until = stock.exempt()
    late = stock.count(lambda cell: cell.due)["verstrichen"]
    exempt = t("zaehlung.ausgenommen_bis", tag=until) if until else t("zaehlung.ausgenommen")
    lines = [
        (t("zaehlung.offen"), stock.open()),
        (t("zaehlung.verfallen"), late),
        (t("zaehlung.vorwarnung"), early_warnings(site, None)),
        (exempt, number),
        (t("zaehlung.unklar"), stock.state("undetermined")),
        (t("zaehlung.pilot"), stock.state("pilot")),
    ]
    back = sum(site.history.returned.values())
    return [*lines, (t("zaehlung.zurueck"), back)] if back else lines
