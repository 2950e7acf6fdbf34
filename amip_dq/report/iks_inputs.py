"""What the IKS report says of its inputs: mandate, Datenstand, files, rule set."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from amip_dq.report.german import NOTHING, datum, wert, zahl
from amip_dq.report.iks_counts import words
from amip_dq.report.iks_document import Grid
from amip_dq.report.texts import load_texts

if TYPE_CHECKING:
    from amip_dq.report.iks import Facts

Parts = tuple[tuple[str, ...], tuple[Grid, ...]]
MOST_FILES = 400


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
        (
            names.get(source, source[:1].upper() + source[1:]),
            ", ".join(datum(day) if day else words("vertrauen.unbekannt") for day in sorted(days, key=str)),
        )
        for source, days in sorted(known.items())
    )
    return (words("iks.zeitraum", tag=run.stichtag),), (
        Grid(words("iks.staende"), (words("spalte.quelle"), words("vertrauen.datenstand")), rows, 2),
    )


def provenance(facts: Facts) -> Parts:
    """4: files with rows and hashes, and the delivery's checks."""
    delivery = facts.run.delivery
    files = tuple((f.path, f.table, zahl(f.rows_read), zahl(f.rows_rejected), f.sha256)
                  for f in sorted(delivery.files, key=lambda f: (f.path, f.table))[:MOST_FILES])  # fmt: skip
    checks = tuple(
        (
            c.title,
            words("lieferung.gehalten" if c.success else "lieferung.nicht_gehalten"),
            load_texts().table("gewicht").get(c.severity, c.severity),
        )
        for c in facts.run.gate.checks
    )
    heads = (
        words("spalte.datei"),
        words("spalte.tabelle"),
        words("lieferung.gelesen"),
        words("lieferung.verworfen"),
        "SHA-256",
    )
    text = words("iks.lieferung", n=len(delivery.files), summe=delivery.digest)
    return (text,), (
        Grid(words("iks.dateien"), heads, files, 2),
        Grid(
            words("lieferung.pruefung"),
            (words("lieferung.pruefung"), words("spalte.ergebnis"), words("lieferung.gewicht")),
            checks,
            3,
        ),
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
        (
            p.title,
            f"{wert(p.value_on(run.stichtag))} {p.unit}".strip(),
            p.source,
            words("iks.belegt" if p.verified else "regel.ungeprueft"),
        )
        for p in sorted(facts.content.parameters.values(), key=lambda p: p.name)
    )
    heads = (
        words("spalte.nummer"),
        words("spalte.regel"),
        words("regel.fassung"),
        words("iks.ab"),
        words("iks.bis"),
        words("regel.grundlage"),
    )
    return (
        words("iks.regelwerk", fassung=run.engine_version, inhalt=run.content_digest, parameter=run.parameters_digest),
    ), (
        Grid(words("iks.regeln"), heads, rules, 6),
        Grid(
            words("iks.parameter"),
            (words("regel.parameter"), words("iks.wert"), words("spalte.quelle"), words("spalte.stand")),
            values,
            4,
        ),
    )
