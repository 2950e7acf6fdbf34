"""The charts of a start page: which numbers go into them, and the sentence above each."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from amip_dq.model import Marker, Movement, TrendPoint
from amip_dq.report.charts import AgeClass, Drawing, Share, Step, ageing, pareto, waterfall
from amip_dq.report.german import datum, kurzdatum
from amip_dq.report.site import Site
from amip_dq.report.stock import AGES
from amip_dq.report.trend import trend

MOST_NOTES, MOST_DAYS = 12, 8  # sentences below the trend; days that one of them lists
MOST_RULES, MOST_OF_ALL = 10, 70  # bars of the Pareto chart; per cent that the rules above the line cause


def bridge(site: Site, team: str | None) -> tuple[str, Drawing] | None:
    """Return headline and bridge from the last run's stock to today's, or None without a last run."""
    moved = site.history.movement(team)
    if moved is None or site.history.previous is None:
        return None
    t, before = site.texts.plain, site.history.previous
    steps = [
        Step(t("bruecke.bestand", tag=kurzdatum(before)), moved.before, False),
        Step(t("bruecke.neu"), moved.new, True),
    ]
    steps += [Step(t(f"bruecke.{name}"), amount, True) for name, amount in changes(moved) if amount]
    steps.append(Step(t("bruecke.bestand", tag=kurzdatum(site.run.stichtag)), moved.after, False))
    gap = moved.after - moved.before
    headline = t(
        "bruecke.mehr" if gap > 0 else "bruecke.weniger" if gap < 0 else "bruecke.gleich", n=abs(gap), tag=before
    )
    desc = t("bruecke.desc", vorher=moved.before, nachher=moved.after, neu=moved.new + moved.reopened, weg=moved.closed)
    return headline, waterfall(steps, t("bruecke.titel"), desc, (t("bruecke.schritt"), t("bruecke.befunde")))


def changes(moved: Movement) -> list[tuple[str, int]]:
    """Return what came back and what went, as signed numbers."""
    return [
        ("wieder", moved.reopened),
        ("behoben", -moved.resolved),
        ("ausnahme", -moved.waived),
        ("nicht_mehr", -(moved.gone + moved.vanished)),
        ("regel", -moved.rule_changed),
        ("nicht_beurteilt", -moved.not_judged),
    ]


def causes(site: Site, team: str | None) -> tuple[str, Drawing] | None:
    """Return headline and Pareto chart of the rules, or None where nothing is open."""
    counted = site.stock.count(lambda cell: cell.rule_id, team)
    if not counted:
        return None
    t, total = site.texts.plain, sum(counted.values())
    fresh = site.stock.count(lambda cell: (cell.rule_id, cell.change), team)
    order = sorted(counted, key=lambda rule_id: (-counted[rule_id], rule_id))
    cut = rules_for_most(counted, order, total)
    shares = []
    for rule_id in order[:MOST_RULES]:
        new = None if site.history.first_run else fresh[rule_id, "new"] + fresh[rule_id, "reopened"]
        title = site.rules[rule_id].title if rule_id in site.rules else rule_id
        shares.append(Share(site.code(rule_id), title, counted[rule_id], new, t("pareto.neu", n=new or 0)))
    rest = total - sum(share.count for share in shares)
    if rest:
        shares.append(Share("", t("pareto.uebrige", n=len(order) - MOST_RULES), rest, None, ""))
    part = sum(counted[rule_id] for rule_id in order[:cut])
    headline = t("pareto.kopf", n=cut, teil=part, alle=total, anteil=percent_of(part, total))
    head = (t("spalte.regel"), t("spalte.offen"), t("spalte.neu"), t("pareto.kumuliert"))
    return headline, pareto(
        shares, total, min(cut, MOST_RULES), t("pareto.titel"), headline, head, t("pareto.kumuliert")
    )


def rules_for_most(counted: dict[str, int], order: list[str], total: int) -> int:
    """Return how many rules together cause at least 70 % of the open findings."""
    running = 0
    for number, rule_id in enumerate(order, 1):
        running += counted[rule_id]
        if running * 100 >= MOST_OF_ALL * total:
            return number
    return len(order)


def percent_of(part: int, whole: int) -> int:
    """Return a share in whole per cent, half up."""
    return (200 * part + whole) // (2 * whole) if whole else 0


def ages(site: Site, team: str | None) -> tuple[str, Drawing] | None:
    """Return headline and ageing chart, or None where nothing is open or everything was first seen today."""
    counted = site.stock.count(lambda cell: cell.age, team)
    if not counted or site.history.first_run:
        return None
    t, late = site.texts.plain, site.stock.count(lambda cell: (cell.age, cell.due == "verstrichen"), team)
    starts = (0, *(end + 1 for end in AGES))
    names = [t("alter.bis", von=a, bis=b) for a, b in zip(starts, AGES, strict=False)] + [
        t("alter.ueber", tage=AGES[-1])
    ]
    classes = [
        AgeClass(name, counted[i], late[i, True], t("alter.davon", n=late[i, True])) for i, name in enumerate(names)
    ]
    old = sum(c.count for c in classes[3:])
    headline = t("alter.kopf", n=old, tage=AGES[2])
    head = (t("alter.alter"), t("spalte.offen"), t("alter.davon_spalte"))
    desc = "; ".join(f"{c.name}: {c.count}" for c in classes)
    return headline, ageing(classes, t("alter.titel"), desc, head)


def course(site: Site, team: str | None) -> tuple[str, Drawing] | None:
    """Return headline and trend, or None with fewer than two points."""
    points = [point for point in site.history.trend if point.team == team]
    if len(points) < 2:
        return None
    t = site.texts.plain
    words = {name: t(f"verlauf_bild.{name}") for name in ("offen", "saldo", "neu", "erledigt", "woche")}
    first, last = points[-13:][0], points[-1]
    gap = last.open - first.open
    key = "mehr" if gap > 0 else "weniger" if gap < 0 else "gleich"
    headline = t(f"verlauf_bild.{key}", n=abs(gap), tag=first.stichtag)
    desc = t("verlauf_bild.desc", von=first.open, bis=last.open, tag=first.stichtag)
    return headline, trend(points, notes(site, points), words, t("verlauf_bild.titel"), desc)


WEIGHT = {"rule_changed": 0, "not_delivered": 1, "no_run": 2}  # which note wins where two would stand


def notes(site: Site, points: list[TrendPoint]) -> dict[date, tuple[str, str]]:
    """Return for each marked week the two lines that explain a jump, the weightiest weeks first."""
    days = sorted({point.stichtag for point in points[-13:]})
    found: dict[date, list[Marker]] = defaultdict(list)
    for marker in sorted(site.history.markers, key=weight):
        week = next((day for day in days if day >= marker.stichtag), None)
        if week is not None:
            found[week].append(marker)
    return {week: week_text(site, markers) for week, markers in found.items()}


def weight(marker: Marker) -> tuple[int, int, date, str]:
    """Return the order of markers: rule changes by what they did, then tables that did not come, then silent nights."""
    return WEIGHT[marker.kind], -abs(marker.amount or 0), marker.stichtag, marker.name


def week_text(site: Site, markers: list[Marker]) -> tuple[str, str]:
    """Return the weightiest thing that happened in a week; nights without a run are counted."""
    first = markers[0]
    if first.kind != "no_run":
        return note_text(site, first)
    t = site.texts.plain
    return t("marke.no_run"), t("marke_lauf.tage", n=len(markers))


def note_text(site: Site, marker: Marker) -> tuple[str, str]:
    """Return what happened, and what it means for the numbers."""
    t = site.texts.plain
    name = site.code(marker.name) if marker.kind == "rule_changed" else marker.name
    if marker.amount is not None:
        meaning = t("regel_bruecke.mehr" if marker.amount >= 0 else "regel_bruecke.weniger", n=abs(marker.amount))
    else:
        meaning = t(f"marke.{marker.kind}_folge")
    return t(f"marke.{marker.kind}", name=name), meaning


def note_lines(site: Site) -> list[str]:
    """Return what bends the trend as sentences, at most twelve, the newest first; nights without a run by month."""
    telling = [m for m in site.history.markers if m.kind != "no_run"]
    found = [(m.stichtag, f"{datum(m.stichtag)}: {': '.join(note_text(site, m))}") for m in telling]
    silent: dict[tuple[int, int], list[date]] = defaultdict(list)
    for marker in site.history.markers:
        if marker.kind == "no_run":
            silent[marker.stichtag.year, marker.stichtag.month].append(marker.stichtag)
    for days in silent.values():
        listed = ", ".join(kurzdatum(day) for day in days[:MOST_DAYS]) + ("…" if len(days) > MOST_DAYS else "")
        text = site.texts.plain("marke_lauf.monat", n=len(days), monat=f"{days[0]:%m.%Y}", tage=listed)
        found.append((days[-1], text))
    return [text for _, text in sorted(found, reverse=True)[:MOST_NOTES]]
