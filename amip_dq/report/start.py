"""The first page of the office and of each team: what to do today, then why, then where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from markupsafe import Markup

from amip_dq.report import pictures
from amip_dq.report.changes import early_warnings
from amip_dq.report.goals import Goal, goals, missed, with_plan
from amip_dq.report.heat import heat
from amip_dq.report.lists import make_chips, make_row, pressing, rows_html, team_area
from amip_dq.report.site import Site
from amip_dq.report.stock import ALL_CASES, PRESSING, WEEK, Finding

MOST_DAYS = 15  # of the plan that the start page shows


@dataclass(frozen=True)
class Pressure:
    """How many open findings can still be saved within a week, and how many are past their date."""

    soon: int
    today: int
    late: int
    open: int


def pressure_of(site: Site, team: str | None) -> Pressure:
    """Return how many findings of a team are due, and when."""
    due = site.stock.count(lambda cell: cell.due, team)
    return Pressure(due["heute"] + due["morgen"] + due["woche"], due["heute"], due["verstrichen"], sum(due.values()))


def headline(site: Site, pressure: Pressure) -> tuple[str, str]:
    """Return the two lines of the headline; the first is red unless it is empty."""
    t, until = site.texts.plain, site.run.stichtag + timedelta(WEEK)
    if not site.run.judged:
        return t("start.gesperrt"), ""
    if not pressure.open:
        return "", t("start.nichts_offen")
    if pressure.soon:
        second = (
            t("start.und_verstrichen", n=pressure.late) if pressure.late else t("start.von_offenen", n=pressure.open)
        )
        return t("start.eilig", n=pressure.soon, tag=until), second
    if pressure.late:
        return t("start.verstrichen", n=pressure.late), t("start.nichts_eilig", tag=until)
    return "", t("start.nur_offen", n=pressure.open)


def lead(site: Site, team: str | None, goals_: Sequence[Goal]) -> list[Markup]:
    """Return the sentences below the headline."""
    t = site.texts
    if not site.run.judged:
        return [t("start.gesperrt_text")]
    open_, cases = site.stock.open(team), site.stock.cases[ALL_CASES if team is None else team]
    sentences = [t("start.offen", n=open_, faelle=t.plain("wort.faellen", n=cases)), *apart(site, team)]
    moved = site.history.movement(team)
    if moved and site.history.previous:
        gap = moved.after - moved.before
        key = "mehr" if gap > 0 else "weniger" if gap < 0 else "gleich"
        sentences.append(t(f"start.{key}", n=abs(gap), tag=site.history.previous))
    behind = missed(list(goals_))
    if behind and behind[0].gap is not None:
        worst = behind[0]
        sentences.append(
            t(
                "start.rueckstand",
                titel=worst.figure.title,
                ist=worst.value,
                plan=worst.plan,
                einheit="%" if worst.figure.percent else "",
            )
        )
    return sentences


def apart(site: Site, team: str | None) -> list[Markup]:
    """Return what is counted apart from the open findings: exempt ones, those that came back, early warnings."""
    t, (exempt, until) = site.texts, site.stock.exempt(team)
    back = sum(site.history.returned.values()) if team is None else 0
    early = early_warnings(site, team)
    told = ((early, "stand.vorwarnungen"), (exempt, "stand.ausgenommen"), (back, "stand.zurueck"))
    return [t(key, n=number, tag=until) for number, key in told if number]


def todo(site: Site, rows: Sequence[Finding]) -> tuple[list[Finding], bool]:
    """Return today's tasks, or without a capacity what cannot wait; where nothing is pressing, the next ten (and False)."""
    urgent = pressing(rows)
    if site.stock.capacity:
        return list(rows), bool(urgent)
    return (urgent, True) if urgent else (list(rows[:10]), False)


def todo_sentences(site: Site, team: str | None, shown: int, urgent: bool) -> list[str]:
    """Return what stands above the list of what to do."""
    t, until, plan = site.texts.plain, site.run.stichtag + timedelta(WEEK), site.stock.plan.get(team, [])
    due = site.stock.count(lambda cell: cell.due, team)
    whole = sum(due[word] for word in PRESSING)
    if site.stock.capacity and plan:
        whole, findings = plan[0].findings, t("aufgabe.befunde", n=plan[0].findings)
        told = [t("aufgabe.heute", n=plan[0].tasks, befunde=findings, kapazitaet=site.stock.capacity)]
    elif urgent:
        told = [t("todo.unter", n=whole, tag=until)]
    else:
        return [t("todo.unter_ruhig", tag=until)] if shown else []
    return [*told, t("todo.gekuerzt", n=shown, alle=whole)] if whole > shown else told


def write_start(site: Site, team: str | None, first: Sequence[Finding], cases: dict) -> None:
    """Write the start page of a team, or of the whole."""
    area = None if team is None else team_area(site, team)
    chosen, urgent = todo(site, first)
    rows = [make_row(site, finding, area) for finding in chosen]
    own_goals = with_plan(goals(site, team))
    plan = site.stock.plan.get(team, []) if site.stock.capacity else []
    site.write(
        f"{area}/index.html" if area else "index.html",
        "start.html.j2",
        area,
        nav="start",
        team=team,
        zeilen=headline(site, pressure_of(site, team)),
        saetze=lead(site, team, own_goals),
        rows=rows_html(rows, team is None),
        anzahl=len(rows),
        eilig=urgent,
        zu_tun=todo_sentences(site, team, len(rows), urgent),
        spaeter=plan[1:],
        tage=MOST_DAYS,
        chips=make_chips(site, rows),
        ziele=own_goals,
        verfehlt=missed(own_goals),
        bruecke=pictures.bridge(site, team),
        ursachen=pictures.causes(site, team),
        alter=pictures.ages(site, team),
        verlauf=pictures.course(site, team),
        marken=pictures.note_lines(site),
        waerme=heat(site, cases, team),
        teams=team_lines(site) if team is None else (),
        zustaende={s: site.stock.state(s, team) for s in ("undetermined", "waived", "pilot")},
        mit_liste=f"../../worklists/{site.team_folders[team]}.xlsx" if team is not None else "",
    )


def team_lines(site: Site) -> list[tuple[str, str, Pressure, int]]:
    """Return name, folder, pressure and cases of every team, the most pressing first."""
    lines = [
        (site.team_title(team), site.team_folders[team], pressure_of(site, team), site.stock.cases[team])
        for team in site.stock.teams
    ]
    return sorted(lines, key=lambda line: (-line[2].soon, -line[2].open, line[0]))
