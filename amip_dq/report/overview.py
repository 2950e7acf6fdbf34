"""The pages without case numbers: rules, key figures, delivery, what was not checked, leadership, evidence, help."""

from __future__ import annotations

from collections import Counter
from typing import Any

from amip_dq.model import Rule, Status
from amip_dq.report import changes
from amip_dq.report.files import rows
from amip_dq.report.goals import goals, missed, slice_name, slices_of, with_plan
from amip_dq.report.heat import heat
from amip_dq.report.impact import by_key_figure, for_leadership, of_rule
from amip_dq.report.pictures import ages, bridge, course, note_lines
from amip_dq.report.sampled import proposed_for_pilot, quota_sentences, rule_sentences
from amip_dq.report.site import Site
from amip_dq.report.start import pressure_of
from amip_dq.report.suppression import TOTAL, hidden_places

MOST_ROWS = 500


def write_overviews(site: Site, cases: dict) -> None:
    """Write every page that speaks of the run as a whole."""
    write_rules(site)
    figures = [(figure, slices_of(site, figure)) for figure in site.content.key_figures]
    site.write(
        "ziele.html",
        "ziele.html.j2",
        nav="ziele",
        ziele=goals(site),
        mit_plan=with_plan(goals(site)),
        verfehlt=missed(goals(site)),
        figuren=figures,
        name=lambda s: slice_name(site, s),
        wirkung=by_key_figure(site),
        bestaetigt={figure.id: quota_sentences(site, figure.id) for figure in site.content.key_figures},
    )
    write_delivery(site)
    site.write(
        "nicht-geprueft.html",
        "nicht_geprueft.html.j2",
        nav="lieferung",
        gruende=not_run(site),
        unklar=[r for r in site.run.results if r.undetermined],
        nicht_faellig=not_due(site),
    )
    write_leadership(site, cases)
    write_evidence(site)
    site.write("hilfe.html", "hilfe.html.j2", nav="hilfe")


def write_rules(site: Site) -> None:
    """Write the catalogue and one page per rule; no page holds a case number."""
    families: dict[str, list[Rule]] = {}
    for rule in site.content.rules:
        families.setdefault(rule.id.partition(".")[0], []).append(rule)
    site.write("regeln.html", "regeln.html.j2", nav="regeln", familien=families)
    for rule in site.content.rules:
        result = site.results.get(rule.id)
        site.write(
            f"regel/{site.rule_pages[rule.id]}.html",
            "regel.html.j2",
            nav="regeln",
            regel=rule,
            ergebnis=result,
            nach_ort=by_office(site, rule.id),
            risiko=site.content.risks.get(rule.control.risk),
            bewegung=site.history.movement(None, rule.id),
            ausgenommen=changes.exempt_sentence(site, None, rule.id),
            bruecken=[
                (changes.bridge_sentence(site, day, bridge), changes.bridge_drawing(site, day, bridge))
                for day, bridge in changes.bridges_of(site, rule.id)
            ],
            aenderungen=[c for c in site.history.rule_changes if c.rule_id == rule.id],
            wirkung=of_rule(site, rule),
            stichprobe=rule_sentences(site, rule),
            werte=[p for p in site.content.parameters.values() if f"'{p.name}'" in rule.sql],
        )


def by_office(site: Site, rule_id: str) -> list[tuple[str, int | None]]:
    """Return open findings by office; None where a small number, or one that gives it away, is hidden."""
    counted = site.stock.count(lambda cell: (cell.office, cell.rule_id))
    offices = sorted({office for office, rule in counted if rule == rule_id})
    cells = {(office, rule_id): counted[office, rule_id] for office in offices}
    hidden = hidden_places(cells, offices, [rule_id], row_sums=False)
    return [(office, None if (office, rule_id) in hidden else cells[office, rule_id]) for office in offices]


def not_run(site: Site) -> list[tuple[Rule, str]]:
    """Return the rules that say nothing about this delivery, and why."""
    found = []
    for result in site.run.not_checked:
        if result.status is Status.ERROR:
            reason = site.texts.plain("nicht.fehler", grund=result.error or "")
        else:
            reason = site.texts.plain(
                "nicht.daten", n=len(result.missing_tables), tabellen=", ".join(result.missing_tables)
            )
        found.append((result.rule, reason))
    if not site.run.judged:
        known = {result.rule.id for result in site.run.results}
        found += [
            (rule, site.texts.plain("nicht.gesperrt"))
            for rule in site.content.rules
            if rule.id not in known and rule.applies_on(site.run.stichtag)
        ]
    return found


def not_due(site: Site) -> list[Rule]:
    """Return the rules that are not run on this Stichtag, with the reason."""
    return [rule for rule in site.content.rules if not rule.applies_on(site.run.stichtag)]


REJECTED = """SELECT d.path AS file, v."table" AS tabelle, v.reason, count(*) AS n FROM lauf.verworfen v
              LEFT JOIN lauf.datei d ON d.nr = v.file GROUP BY ALL ORDER BY ALL"""


def write_delivery(site: Site) -> None:
    """Write the delivery page: files, tables against last time, checks of the gate, notices, defects."""
    tables = rows(site.con, 'SELECT * FROM lauf.profil_tabelle ORDER BY "table"')
    as_of = {r["nr"]: r for r in rows(site.con, "SELECT * FROM lauf.datei ORDER BY nr")}
    files = sorted(site.run.delivery.files, key=lambda f: (f.table, f.path))
    dates = {(r["path"], r["table"]): (r["data_as_of"], r["source"]) for r in as_of.values()}
    rejected = rows(site.con, REJECTED)
    site.write(
        "lieferung.html",
        "lieferung.html.j2",
        nav="lieferung",
        tabellen=tables,
        dateien=files[:MOST_ROWS],
        dateien_alle=len(files),
        staende=dates,
        verworfen=rejected[:MOST_ROWS],
        verworfen_alle=sum(r["n"] for r in rejected),
        maengel=sorted(site.run.defects, key=lambda d: (d.table, d.column, d.check))[:MOST_ROWS],
        maengel_zellen=sum(d.rows for d in site.run.defects),
        spalten=column_profile(site),
        gleich=changes.same_or_not(site),
        bewegt=changes.moved_most(site),
        bruecken=[changes.bridge_sentence(site, site.run.stichtag, bridge) for bridge in site.history.bridges],
        rueckblick=changes.looks(site),
        laute=changes.noisy_rules(site),
    )


def column_profile(site: Site) -> list[dict[str, Any]]:
    """Return the columns that are not filled completely, the emptiest first."""
    return rows(
        site.con,
        f"""SELECT "table" AS tabelle, "column" AS spalte, rows, nulls FROM lauf.profil_spalte
            WHERE nulls > 0 ORDER BY nulls::DOUBLE / greatest(rows, 1) DESC, "table", "column" LIMIT {MOST_ROWS}""",
    )


def write_leadership(site: Site, cases: dict) -> None:
    """Write the page for the management: goals, offices, overdue, figures; no case numbers, no small cells."""
    counted = site.stock.count(lambda cell: (cell.office, "spaet" if cell.due == "verstrichen" else "offen"))
    offices = sorted({office for office, _ in counted})
    hidden = hidden_places(counted, offices, ["offen", "spaet"])
    lines = [
        (
            office or site.texts.plain("wort.ohne_ort"),
            *(secret(counted[office, c], (office, c) in hidden) for c in ("offen", "spaet")),
        )
        for office in offices
    ]
    sentences, silent = for_leadership(site)
    total = tuple(secret(sum(counted[o, c] for o in offices), (TOTAL, c) in hidden) for c in ("offen", "spaet"))
    site.write(
        "leitung/index.html",
        "leitung.html.j2",
        "leitung",
        nav="start",
        ziele=with_plan(goals(site)),
        verfehlt=missed(goals(site)),
        orte=lines,
        summe=total,
        druck=pressure_of(site, None),
        vorwarnungen=changes.early_warnings(site, None),
        ausgenommen=site.stock.exempt(),
        waerme=heat(site, cases, None),
        alter=ages(site, None),
        verlauf=course(site, None),
        marken=note_lines(site),
        bruecke=bridge(site, None),
        wirkung=impact(site),
        saetze=sentences,
        stumm=silent,
        massnahmen=site.history.measures,
    )


def secret(number: int, hidden: bool) -> int | None:
    """Return a number, or None where it must not be shown."""
    return None if hidden else number


def impact(site: Site) -> list[tuple[str, int, int]]:
    """Return each published figure with the open findings that distort it and the rules behind them."""
    counted, found = site.counts_by_rule, Counter()
    rules: Counter[str] = Counter()
    for rule in site.content.rules:
        for figure in rule.kennzahlen:
            found[figure] += counted.get(rule.id, 0)
            rules[figure] += 1
    return [(figure, found[figure], rules[figure]) for figure in sorted(rules)]


def write_evidence(site: Site) -> None:
    """Write the page for the internal control system: every control, its result, runs, changes, exceptions."""
    lines = [
        (rule, site.content.risks.get(rule.control.risk), site.results.get(rule.id))
        for rule in sorted(site.content.rules, key=lambda r: r.control.id)
    ]
    # what is proposed for trial comes first: somebody has to decide it
    sampled = sorted(
        ((rule, told) for rule, _, _ in lines if (told := rule_sentences(site, rule))),
        key=lambda pair: not proposed_for_pilot(site, pair[0]),
    )
    site.write(
        "nachweis.html",
        "nachweis.html.j2",
        nav="lieferung",
        kontrollen=lines,
        bewegungen=changes.movements(site),
        bruecken=[changes.bridge_sentence(site, day, b) for day, b in changes.bridges_of(site, None)],
        ausfuehrung=changes.executions(site),
        ausnahmen=changes.exemptions(site),
        ausgenommen=lambda rule_id: changes.exempt_sentence(site, None, rule_id),
        zaehlung=changes.counts(site),
        stichproben=sampled,
    )
