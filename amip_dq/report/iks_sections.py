"""The sections of the IKS report: each a pure function from the facts of a run to paragraphs and tables."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from amip_dq.model import FigureResult, RuleResult, Status
from amip_dq.report.german import NOT_APPLICABLE, NOT_CHECKED, NOTHING, SECRET, datum, dezimal, mit_vorzeichen, wert, zahl
from amip_dq.report.iks_document import Grid
from amip_dq.report.suppression import SMALL, TOTAL, hidden_in_groups, hidden_places
from amip_dq.report.texts import load_texts

if TYPE_CHECKING:
    from amip_dq.report.iks import Facts

Parts = tuple[tuple[str, ...], tuple[Grid, ...]]
WHOLE = "gesamt"
COLUMNS = ("ok", "violation", "undetermined")
VERDICT_OF = re.compile(r"urteil\('([^']+)'\)")
NUMBERS = re.compile(r"\S*\d{3,}\S*")  # what could be a case number in a reason that somebody typed
MOST_FILES = 400


def words(key: str, **values: object) -> str:
    return load_texts().plain(key, **values)


def summary(facts: Facts) -> tuple[str, ...]:
    """Return the sentences above the first section; they name no small number."""
    run = facts.run
    if not run.judged:
        return (words("start.gesperrt"), words("start.gesperrt_text"))
    whole = [f for f in run.figures if f.slice == WHOLE and f.reached is not None]
    missed = [f for f in whole if f.reached is False]
    done = len(run.results) - len(run.not_checked)
    return (words("ziele.kopf", n=len(missed), alle=len(whole)) + ".", words("nachweis.kopf", n=done, alle=len(run.results)) + ".")


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


def mandate(facts: Facts) -> Parts:
    """1: purpose and legal basis."""
    rules = facts.content.rules
    purposes = sorted({(rule.purpose, facts.content.vocabulary.title("purpose", rule.purpose)) for rule in rules})
    cites = Counter((basis.cite, basis.version) for rule in rules for basis in rule.basis)
    return (words("iks.auftrag"),), (
        Grid(words("iks.zwecke"), (words("regel.zweck"), words("iks.bedeutung")), tuple(purposes), 2),
        Grid(words("regel.grundlage"), (words("regel.fundstelle"), words("regel.fassung"), words("leitung.regeln")),
             tuple((cite, version or NOTHING, zahl(n)) for (cite, version), n in sorted(cites.items())), 2),
    )  # fmt: skip


def period(facts: Facts) -> Parts:
    """2: Stichtag and Datenstand of each source."""
    run, tables = facts.run, facts.content.tables
    known: dict[str, set] = {}
    for file in run.delivery.files:
        source = file.source or (tables[file.table].source if file.table in tables else "")
        known.setdefault(source, set()).add(file.data_as_of or run.delivery.data_as_of)
    names = load_texts().table("systeme")
    rows = tuple(
        (names.get(source, source[:1].upper() + source[1:]), ", ".join(datum(day) if day else words("vertrauen.unbekannt") for day in sorted(days, key=str)))
        for source, days in sorted(known.items())
    )
    return (words("iks.zeitraum", tag=run.stichtag),), (
        Grid(words("iks.staende"), (words("spalte.quelle"), words("vertrauen.datenstand")), rows, 2),
    )


def population(facts: Facts) -> Parts:
    """3: what was judged, by kind of finding, small numbers hidden."""
    results, (above, _) = facts.run.results, suppressed(facts)
    types = groups_of(facts)
    rows = [figure_row(words(f"typ.{name}"), [r for r in results if r.rule.typ.value == name], name, above) for name in types]
    rows.append(figure_row(words("wort.summe"), list(results), TOTAL, above))
    return (words("iks.grundgesamtheit"), words("iks.unterdrueckung")), (
        Grid(words("iks.einzelpruefungen"), (words("iks.art"), *column_heads()), tuple(rows), 1, True),
    )


def groups_of(facts: Facts) -> dict[str, list[str]]:
    """Return the rules of each kind of finding."""
    groups: dict[str, list[str]] = {}
    for result in facts.run.results:
        groups.setdefault(result.rule.typ.value, []).append(result.rule.id)
    return dict(sorted(groups.items()))


def suppressed(facts: Facts) -> tuple[frozenset, frozenset]:
    """Return the hidden places of the table of kinds and of the tables of rules."""
    cells = {(r.rule.id, c): getattr(r, c) for r in facts.run.results for c in COLUMNS}
    return hidden_in_groups(cells, groups_of(facts), COLUMNS)


def column_heads() -> tuple[str, ...]:
    return (words("urteil.ok"), words("spalte.befunde"), words("spalte.nicht_pruefbar"), words("spalte.geprueft"))


def figure_row(name: str, results: list[RuleResult], place: str, hidden: frozenset) -> tuple[str, ...]:
    """Return one line of counts, hidden ones as a star."""
    sums = [sum(getattr(r, c) for r in results) for c in COLUMNS]
    shown = [SECRET if (place, c) in hidden else number(n) for c, n in zip(COLUMNS, sums, strict=True)]
    return name, *shown, SECRET if (place, TOTAL) in hidden else number(sum(sums))


def number(count: int) -> str:
    return zahl(count) if count else NOTHING


def provenance(facts: Facts) -> Parts:
    """4: files with rows and hashes, and the delivery's checks."""
    delivery = facts.run.delivery
    files = tuple((f.path, f.table, zahl(f.rows_read), zahl(f.rows_rejected), f.sha256)
                  for f in sorted(delivery.files, key=lambda f: (f.path, f.table))[:MOST_FILES])  # fmt: skip
    checks = tuple((c.title, words("lieferung.gehalten" if c.success else "lieferung.nicht_gehalten"), load_texts().table("gewicht").get(c.severity, c.severity)) for c in facts.run.gate.checks)
    heads = (words("spalte.datei"), words("spalte.tabelle"), words("lieferung.gelesen"), words("lieferung.verworfen"), "SHA-256")
    text = words("iks.lieferung", n=len(delivery.files), summe=delivery.digest)
    return (text,), (
        Grid(words("iks.dateien"), heads, files, 2),
        Grid(words("lieferung.pruefung"), (words("lieferung.pruefung"), words("spalte.ergebnis"), words("lieferung.gewicht")), checks, 3),
    )


def rule_set(facts: Facts) -> Parts:
    """5: rules with version and validity, parameters with source."""
    run = facts.run
    rules = tuple(
        (r.rule.control.id, r.rule.title, str(r.rule.version), datum(r.rule.valid_from), datum(r.rule.valid_to),
         "; ".join(f"{b.cite} {b.version}".strip() for b in r.rule.basis))
        for r in sorted(run.results, key=lambda r: r.rule.control.id)
    )  # fmt: skip
    values = tuple(
        (p.title, f"{wert(p.value_on(run.stichtag))} {p.unit}".strip(), p.source, words("iks.belegt" if p.verified else "regel.ungeprueft"))
        for p in sorted(facts.content.parameters.values(), key=lambda p: p.name)
    )
    heads = (words("spalte.nummer"), words("spalte.regel"), words("regel.fassung"), words("iks.ab"), words("iks.bis"), words("regel.grundlage"))
    return (words("iks.regelwerk", fassung=run.engine_version, inhalt=run.content_digest, parameter=run.parameters_digest),), (
        Grid(words("iks.regeln"), heads, rules, 6),
        Grid(words("iks.parameter"), (words("regel.parameter"), words("iks.wert"), words("spalte.quelle"), words("spalte.stand")), values, 4),
    )


def method(facts: Facts) -> Parts:
    """6: census, no sample."""
    return (words("iks.methode_text"),), ()


def results(facts: Facts) -> Parts:
    """7: key figures with numerator and denominator, and the movement since the last run."""
    _, below = suppressed(facts)
    rows: list[tuple[str, ...]] = []
    for figure in facts.content.key_figures:
        slices = sorted((f for f in facts.run.figures if f.figure.id == figure.id), key=lambda f: (f.slice != WHOLE, f.slice))
        secret = secret_slices(slices, below)
        rows += [goal_row(result, result.slice in secret) for result in slices]
    heads = (words("ziele.spalte"), words("ziele.gliederung"), words("ziele.zaehler"), words("ziele.nenner"), words("ziele.ist"),
             words("ziele.plan"), words("spalte.ergebnis"))  # fmt: skip
    return (words("iks.wesentlichkeit"), movement(facts)), (Grid(words("iks.kennzahlen"), heads, tuple(rows), 2),)


def secret_slices(slices: list[FigureResult], hidden: frozenset) -> frozenset[str]:
    """Return the slices of one key figure whose numbers must not be shown, so that parts and whole do not tell."""
    known = [s for s in slices if s.numerator is not None and s.denominator is not None]
    whole = next((s for s in known if s.slice == WHOLE), None)
    if whole is None:
        return frozenset()
    rules = set(VERDICT_OF.findall(whole.figure.sql))
    mirrors = len(rules) == 1 and any((min(rules), column) in hidden for column in ("ok", "violation"))
    totals = frozenset((TOTAL, column) for column in ("in", "out")) if mirrors else frozenset()
    found: frozenset[str] = frozenset()
    while True:
        parts = [parts_hidden(whole, group, totals) for group in slice_groups(known)]
        places = totals.union(*parts)
        found = frozenset(WHOLE if row == TOTAL else row for row, _ in places)
        again = frozenset(place for place in places if place[0] == TOTAL)
        if again == totals:
            return found
        totals = again


def slice_groups(known: list[FigureResult]) -> list[list[FigureResult]]:
    """Return the slices by the column they divide; a figure that is not divided is one empty group."""
    groups: dict[str, list[FigureResult]] = {}
    for result in known:
        if result.slice != WHOLE:
            groups.setdefault(result.slice.partition("=")[0], []).append(result)
    return list(groups.values()) or [[]]


def parts_hidden(whole: FigureResult, group: list[FigureResult], totals: frozenset) -> frozenset:
    """Return the hidden places of one division: cases in and out of the numerator, with their sums."""
    cells = {}
    for result in group or [whole]:
        inside = result.numerator or 0
        cells[result.slice, "in"] = inside
        cells[result.slice, "out"] = abs((result.denominator or 0) - inside)
    places = hidden_places(cells, sorted({row for row, _ in cells}), ("in", "out"), also=totals)
    return frozenset((TOTAL if row == WHOLE else row, column) for row, column in places)


def goal_row(result: FigureResult, secret: bool) -> tuple[str, ...]:
    """Return one key figure; a secret one shows neither counts nor value, only whether it reaches its target."""
    figure, places = result.figure, result.figure.decimals
    name, plan = result.slice.replace("=", ": "), dezimal(result.target, result.figure.decimals)
    if result.numerator is None or result.denominator is None:
        return figure.title, name, NOT_CHECKED, NOT_CHECKED, NOT_CHECKED, plan, NOT_CHECKED
    verdict = NOTHING if result.reached is None else words("ziele.erreicht" if result.reached else "ziele.verfehlt")
    if secret:
        return figure.title, name, SECRET, SECRET, SECRET, plan, verdict
    value = None if result.value is None else result.value * 100 if figure.percent else result.value
    shown = NOT_APPLICABLE if value is None else dezimal(value, places)
    return figure.title, name, zahl(result.numerator), zahl(result.denominator), shown, plan, verdict


def movement(facts: Facts) -> str:
    """Return the sentence about the last run."""
    moved, before = facts.history.movement(None), facts.history.previous
    if moved is None or before is None:
        return words("leer.bruecke")
    shown = [SECRET if n in SMALL else mit_vorzeichen(n) for n in (moved.new + moved.reopened, -moved.closed)]
    return words("iks.bewegung", tag=before, neu=shown[0], weg=shown[1])


def controls(facts: Facts) -> Parts:
    """8: the risk-control matrix with results, one table per kind of finding."""
    _, below = suppressed(facts)
    by_id = {r.rule.id: r for r in facts.run.results}
    heads = (words("spalte.nummer"), words("nachweis.kontrolle"), words("regel.risiko"), words("nachweis.eigner"), words("iks.schwere"),
             words("spalte.ergebnis"), *column_heads())  # fmt: skip
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
        rule.control.id, rule.title, f"{rule.control.risk} {risk.title if risk else ''}".strip(), risk.owner if risk else NOTHING,
        words(f"schwere_wort.{rule.severity.value}"), words(f"status.{result.status.value}"), *counts,
    )  # fmt: skip


def causes(facts: Facts) -> Parts:
    """9: where the work lies, by role; rules only, because counts by role would be sums over hidden cells."""
    roles: dict[str, list[str]] = {}
    for result in facts.run.results:
        if result.violation > result.waived:
            roles.setdefault(result.rule.responsible, []).append(result.rule.control.id)
    rows = tuple((facts.content.vocabulary.title("responsible", role), ", ".join(sorted(ids))) for role, ids in sorted(roles.items()))
    return (words("iks.ursachen"),), (Grid(words("iks.nach_aufgabe"), (words("spalte.zustaendig"), words("iks.regeln_mit_befund")), rows, 2),)


def measures(facts: Facts) -> Parts:
    """10: what was agreed, and whether the next run confirmed it."""
    rows = tuple((m.rule_id, m.text, m.owner, datum(m.due), m.status) for m in facts.history.measures)
    heads = (words("spalte.regel"), words("leitung.massnahme"), words("spalte.zustaendig"), words("spalte.termin"), words("spalte.stand"))
    if not rows:
        return (words("leitung.keine_massnahmen"), words("iks.nachhaltung")), ()
    return (words("iks.nachhaltung"),), (Grid(words("leitung.massnahmen"), heads, rows, 5),)


def accepted(facts: Facts) -> Parts:
    """11: exceptions by rule with reason and end, no case; numbers in reasons are taken out."""
    rows = tuple((w.rule_id, NUMBERS.sub("…", w.reason), datum(w.granted), datum(w.until), w.approved_by or NOTHING)
                 for w in sorted(facts.history.waivers, key=lambda w: (w.rule_id, w.until, w.reason)))  # fmt: skip
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
        said.append(words("iks.grenze_tabellen", n=len(run.delivery.not_delivered), liste=", ".join(run.delivery.not_delivered)))
    rows = tuple((r.rule.control.id, r.rule.title, words("nicht.fehler", grund=r.error) if r.error else
                  words("nicht.daten", n=len(r.missing_tables), tabellen=", ".join(r.missing_tables))) for r in run.not_checked)  # fmt: skip
    grids = (Grid(words("nicht.regeln"), (words("spalte.nummer"), words("spalte.regel"), words("spalte.grund")), rows, 3),) if rows else ()
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
    rows = ((words("iks.hash"), digest), (words("nachweis.kette"), run.chain_hash or NOTHING),
            (words("iks.vorige"), earlier[-1].chain_hash if earlier else NOTHING))  # fmt: skip
    runs = facts.history.runs
    done = words("nachweis.laeufe_zahl", n=len(runs), soll=facts.history.runs_expected) if runs and facts.history.runs_expected is not None else words("nachweis.ohne_verlauf")
    return (words("iks.kette_text"), done), (Grid(words("iks.pruefsummen"), (words("iks.was"), words("iks.wert")), rows, 2),)


def reproduce(facts: Facts) -> Parts:
    """16: the command that writes this report again."""
    return (words("iks.befehl", lauf=facts.run.run_id or "LAUF"), words("iks.befehl_check", tag=facts.run.stichtag.isoformat())), ()
