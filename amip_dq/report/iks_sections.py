"""The sections of the IKS report: each a pure function from the facts of a run to paragraphs and tables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from amip_dq.model import RuleResult, Status
from amip_dq.report.german import NOT_CHECKED, NOTHING, datum, zahl
from amip_dq.report.iks_counts import column_heads, figure_row, groups_of, suppressed, words
from amip_dq.report.iks_document import Grid
from amip_dq.report.suppression import TOTAL
from amip_dq.report.texts import load_texts

if TYPE_CHECKING:
    from amip_dq.report.iks import Facts

Parts = tuple[tuple[str, ...], tuple[Grid, ...]]
WHOLE = "gesamt"
NUMBERS = re.compile(r"\S*\d{3,}\S*")  # what could be a case number in a reason that somebody typed


def summary(facts: Facts) -> tuple[str, ...]:
    """Return the sentences above the first section; they name no small number."""
    run = facts.run
    if not run.judged:
        return (words("start.gesperrt"), words("start.gesperrt_text"))
    whole = [f for f in run.figures if f.slice == WHOLE and f.reached is not None]
    missed = [f for f in whole if f.reached is False]
    done = len(run.results) - len(run.not_checked)
    return (
        words("ziele.kopf", n=len(missed), alle=len(whole)) + ".",
        words("nachweis.kopf", n=done, alle=len(run.results)) + ".",
    )


def warnings(facts: Facts) -> tuple[str, ...]:
    """Return what must be read before any number."""
    run, found = facts.run, []
    blocked = sum(check.blocks for check in run.gate.checks)
    if blocked:
        found.append(words("banner.erzwungen" if run.forced else "banner.gesperrt", n=blocked))
    broken = [r.rule.control.id for r in run.results if r.status is Status.ERROR]
    if broken:
        found.append(words("banner.abgebrochen", n=len(broken), regeln=", ".join(broken)))
    missing = [r.rule.control.id for r in run.results if r.status is Status.NOT_DELIVERED]
    if missing:
        found.append(words("iks.daten_fehlen", n=len(missing), regeln=", ".join(missing)))
    return tuple(found)


def population(facts: Facts) -> Parts:
    """3: what was judged, by kind of finding, small numbers hidden."""
    results, (above, _) = facts.run.results, suppressed(facts)
    types = groups_of(facts)
    rows = [
        figure_row(words(f"typ.{name}"), [r for r in results if r.rule.typ.value == name], name, above)
        for name in types
    ]
    rows.append(figure_row(words("wort.summe"), list(results), TOTAL, above))
    return (words("iks.grundgesamtheit"), words("iks.unterdrueckung")), (
        Grid(words("iks.einzelpruefungen"), (words("iks.art"), *column_heads()), tuple(rows), 1, True),
    )


def method(facts: Facts) -> Parts:
    """6: census, no sample."""
    return (words("iks.methode_text"),), ()


def controls(facts: Facts) -> Parts:
    """8: the risk-control matrix with results, one table per kind of finding."""
    _, below = suppressed(facts)
    by_id = {r.rule.id: r for r in facts.run.results}
    heads = (
        words("spalte.nummer"),
        words("nachweis.kontrolle"),
        words("regel.risiko"),
        words("nachweis.eigner"),
        words("iks.schwere"),
        words("spalte.ergebnis"),
        *column_heads(),
    )
    grids = []
    for name, ids in groups_of(facts).items():
        rows = tuple(control_row(facts, by_id[i], below) for i in sorted(ids, key=lambda i: by_id[i].rule.control.id))
        grids.append(Grid(words("iks.matrix", art=words(f"typ.{name}")), heads, rows, 6))
    return (words("iks.matrix_text"),), tuple(grids)


def control_row(facts: Facts, result: RuleResult, hidden: frozenset) -> tuple[str, ...]:
    """Return one control with its risk, owner and result."""
    rule, risk = result.rule, facts.content.risks.get(result.rule.control.risk)
    counts = figure_row("", [result], rule.id, hidden)[1:]
    if result.status in (Status.ERROR, Status.NOT_DELIVERED):
        counts = (NOT_CHECKED,) * 4
    return (
        rule.control.id,
        rule.title,
        f"{rule.control.risk} {risk.title if risk else ''}".strip(),
        risk.owner if risk else NOTHING,
        words(f"schwere_wort.{rule.severity.value}"),
        words(f"status.{result.status.value}"),
        *counts,
    )


def causes(facts: Facts) -> Parts:
    """9: where the work lies, by role; rules only, because counts by role would be sums over hidden cells."""
    roles: dict[str, list[str]] = {}
    for result in facts.run.results:
        if result.violation > result.waived:
            roles.setdefault(result.rule.responsible, []).append(result.rule.control.id)
    rows = tuple(
        (facts.content.vocabulary.title("responsible", role), ", ".join(sorted(ids)))
        for role, ids in sorted(roles.items())
    )
    return (words("iks.ursachen"),), (
        Grid(words("iks.nach_aufgabe"), (words("spalte.zustaendig"), words("iks.regeln_mit_befund")), rows, 2),
    )


def measures(facts: Facts) -> Parts:
    """10: what was agreed, and whether the next run confirmed it."""
    effects = load_texts().table("vorhaben")["effekt"]
    rows = tuple(
        (m.rule_id, m.text, m.owner, datum(m.due), words(f"vorhaben.stand.{m.status}"), effects[m.effect])
        for m in facts.history.measures
    )
    heads = (
        words("spalte.regel"),
        words("leitung.massnahme"),
        words("spalte.zustaendig"),
        words("spalte.termin"),
        words("spalte.stand"),
        words("vorhaben.wirkung"),
    )
    if not rows:
        return (words("leitung.keine_massnahmen"), words("iks.nachhaltung")), ()
    return (words("iks.nachhaltung"),), (Grid(words("leitung.massnahmen"), heads, rows, 6),)


def accepted(facts: Facts) -> Parts:
    """11: exceptions by rule with reason and end, no case; numbers in reasons are taken out."""
    rows = tuple(
        (w.rule_id, NUMBERS.sub("…", w.reason), datum(w.granted), datum(w.until), w.approved_by or NOTHING)
        for w in sorted(facts.history.waivers, key=lambda w: (w.rule_id, w.until, w.reason))
    )
    if not rows:
        return (words("nachweis.keine_ausnahme"),), ()
    heads = (words("spalte.regel"), words("spalte.grund"), words("iks.ab"), words("iks.bis"), words("iks.genehmigt"))
    return (words("iks.ausnahmen"),), (Grid(words("nachweis.ausnahme"), heads, rows, 5),)


def limits(facts: Facts) -> Parts:
    """12: what this report cannot say."""
    run, content = facts.run, facts.content
    said = [words("iks.grenze_export"), words("iks.grenze_freitext")]
    unverified = [p.title for p in sorted(content.parameters.values(), key=lambda p: p.name) if not p.verified]
    if unverified:
        said.append(words("iks.grenze_parameter", n=len(unverified), liste=", ".join(unverified)))
    if run.delivery.not_delivered:
        said.append(
            words("iks.grenze_tabellen", n=len(run.delivery.not_delivered), liste=", ".join(run.delivery.not_delivered))
        )
    rows = tuple(
        (
            r.rule.control.id,
            r.rule.title,
            words("nicht.fehler", grund=r.error)
            if r.error
            else words("nicht.daten", n=len(r.missing_tables), tabellen=", ".join(r.missing_tables)),
        )
        for r in run.not_checked
    )
    grids = (
        (Grid(words("nicht.regeln"), (words("spalte.nummer"), words("spalte.regel"), words("spalte.grund")), rows, 3),)
        if rows
        else ()
    )
    return (*warnings(facts), *said), grids


def sign_off(facts: Facts) -> Parts:
    """13: four eyes; the fields stand at the end of the document."""
    return (words("iks.vier_augen"),), ()


def distribution(facts: Facts) -> Parts:
    """14: readers, protection, retention."""
    return (words("iks.verteiler_text"), words("iks.aufbewahrung")), ()


def proof(facts: Facts, digest: str) -> Parts:
    """15: hash of the report and the chain of the ledger."""
    run, earlier = facts.run, [r for r in facts.history.runs if r.chain_hash and r.chain_hash != facts.run.chain_hash]
    rows = (
        (words("iks.hash"), digest),
        (words("nachweis.kette"), run.chain_hash or NOTHING),
        (words("iks.vorige"), earlier[-1].chain_hash if earlier else NOTHING),
    )
    runs, grids = facts.history.runs, [Grid(words("iks.pruefsummen"), (words("iks.was"), words("iks.wert")), rows, 2)]
    if facts.history.executions:
        lines = tuple(
            (
                e.control,
                e.rule_id,
                f"{datum(e.start)}–{datum(e.end)}",
                zahl(e.expected),
                zahl(e.done),
                zahl(len(e.missing)),
                zahl(len(e.late)),
                zahl(len(e.stale)),
                zahl(len(e.incomplete)),
            )
            for e in facts.history.executions
        )
        heads = (
            words("spalte.nummer"),
            words("spalte.regel"),
            words("iks.zeit"),
            words("iks.soll"),
            words("iks.ist"),
            words("iks.ohne_lauf"),
            words("ausfuehrung.verspaetet"),
            words("ausfuehrung.alt"),
            words("iks.unvollstaendig"),
        )
        grids.append(Grid(words("iks.ausfuehrung"), heads, lines, 3))
    done = (
        words("nachweis.laeufe_zahl", n=len(runs), soll=facts.history.runs_expected)
        if runs and facts.history.runs_expected is not None
        else words("nachweis.ohne_verlauf")
    )
    return (words("iks.kette_text"), done), tuple(grids)


def reproduce(facts: Facts) -> Parts:
    """16: the command that writes this report again."""
    return (
        words("iks.befehl", lauf=facts.run.run_id or "LAUF"),
        words("iks.befehl_check", tag=facts.run.stichtag.isoformat()),
    ), ()
