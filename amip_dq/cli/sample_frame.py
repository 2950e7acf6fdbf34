"""`amip-dq sample frame`: freeze a population from a list, from a run's findings, or from a delivery."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import click

from amip_dq.cli.console import console
from amip_dq.cli.german import GermanCommand
from amip_dq.cli.output_folder import refuse_existing
from amip_dq.cli.sample_files import written
from amip_dq.errors import AmipError

DAY = click.DateTime(["%Y-%m-%d"])
LOG = "ziehungen.jsonl"
FINDINGS = {"rule_id", "case_id", "fingerprint"}


@click.command("frame", cls=GermanCommand)
@click.argument("source", metavar="QUELLE", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--unit",
    required=True,
    metavar="EINHEIT",
    help="Was gezogen wird; welche Einheiten eine Lieferung kennt, steht in rules/pruefbogen.",
)
@click.option("--stichtag", required=True, type=DAY, metavar="JJJJ-MM-TT", help="Tag, für den die Liste gilt.")
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="ORDNER", help="Ordner für den Rahmen.")
@click.option(
    "--key",
    "keys",
    multiple=True,
    metavar="SPALTE",
    help="Spalte mit der Nummer der Einheit (mehrere werden verbunden).",
)
@click.option("--amount", metavar="SPALTE", help="Spalte mit dem gezahlten Betrag.")
@click.option("--stratum", metavar="SPALTE", help="Spalte mit der Schicht.")
@click.option(
    "--findings",
    type=click.Path(exists=True, path_type=Path),
    metavar="DATEI",
    help="findings.csv: teilt in auffällig und unauffällig.",
)
@click.option("--rule", "rules", multiple=True, metavar="KENNUNG", help="Nur Befunde dieser Regel(n).")
@click.option(
    "--exclude", "exclusions", multiple=True, metavar="TEXT", help="Was nicht in der Liste steht, mit Grund und Zahl."
)
@click.option(
    "--key-file", type=click.Path(path_type=Path), metavar="DATEI", help="Eigener geheimer Schlüssel (64 Hexzeichen)."
)
@click.option("--encoding", default="utf-8-sig", metavar="NAME", help="Kodierung der Liste (utf-8-sig, cp1252 …).")
@click.option("--layout", default="kanonisch", metavar="NAME", help="Layout, wenn die Quelle eine Lieferung ist.")
@click.option("--force", is_flag=True, help="Einen vorhandenen Rahmen ersetzen.")
def frame(source: Path, unit: str, stichtag: datetime, out: Path, keys: tuple[str, ...], amount: str | None,
          stratum: str | None, findings: Path | None, rules: tuple[str, ...], exclusions: tuple[str, ...],
          key_file: Path | None, encoding: str, layout: str, force: bool) -> None:  # fmt: skip
    """Die Grundgesamtheit einfrieren: Prüfsumme, Kontrollsummen, keine doppelten Fälle."""
    from amip_dq.sampling.frame import freeze, write_frame
    from amip_dq.sampling.frame_sources import read_findings

    refuse_existing(out, force)
    if (out / LOG).exists():
        raise AmipError(
            f"{out.name}: aus diesem Rahmen wurde schon gezogen; er bleibt mit seinem Ziehungsprotokoll erhalten."
        )
    wish = _Wish(unit, stichtag.date(), keys, amount, stratum, rules, encoding, layout)
    rows, digest, left_out = _population(source, wish)
    flagged = read_findings(findings, rules) if findings else None
    secret = _secret(key_file)
    frozen = freeze(
        rows,
        key=secret,
        unit=unit,
        stichtag=stichtag.date(),
        exclusions=(*left_out, *exclusions),
        findings=flagged,
        source_sha256=digest,
    )
    if flagged is not None:
        _say_unmatched(flagged, {row.key.strip() for row in rows})
    with written(out) as folder:
        write_frame(frozen, secret, folder)
    _say(frozen)


@dataclass(frozen=True)
class _Wish:
    """What the caller said about the population."""

    unit: str
    stichtag: date
    keys: tuple[str, ...]
    amount: str | None
    stratum: str | None
    rules: tuple[str, ...]
    encoding: str
    layout: str


def _population(source: Path, wish: _Wish):
    """Return the rows of a list, of a run's findings or of a delivery, the source's digest, and what is left out."""
    from amip_dq.sampling.frame_sources import file_digest

    if (source / "run.json").is_file():
        source = source / "findings.csv"  # the folder of a run: its findings are the population
    if not source.is_dir():
        return _read_file(source, wish), file_digest(source), ()
    if wish.keys or wish.amount or wish.stratum:
        raise AmipError(
            "Bei einer Lieferung sagt die Einheit, welche Spalten gelten; --key, --amount, --stratum entfallen."
        )
    from amip_dq.cli.sample_delivery import list_units

    found = list_units(source, wish.unit, wish.stichtag, wish.layout)
    return found.rows, found.digest, found.exclusions


def _read_file(source: Path, wish: _Wish):
    """Read a list; for findings the fingerprint is the number and the rule the stratum, unless told otherwise."""
    from amip_dq.sampling.frame_sources import Columns, header_of, read_list

    header, keys, stratum = header_of(source, wish.encoding), wish.keys, wish.stratum
    if set(header) >= FINDINGS and not keys:
        keys, stratum = ("fingerprint",), stratum or "rule_id"
    if not keys:
        keys = (_key_column(source, wish.unit, header),)
    rows = read_list(source, Columns(keys, wish.amount, stratum), wish.encoding)
    return [row for row in rows if row.stratum in wish.rules] if wish.rules and stratum == "rule_id" else rows


def _say(frozen) -> None:
    from amip_dq.sampling.amounts import euros, thousands

    told = frozen.describe()
    console.result(f"{thousands(told['anzahl'])} Einheiten »{frozen.unit}«, Summe {euros(told['summe_cent'])} Euro")
    for name, group in told["schichten"].items():
        console.result(f"Schicht {name}: {thousands(group['anzahl'])}")
    console.result(f"Rahmen (SHA-256): {told['sha256']}")
    console.result("Der Ordner »vertraulich« bleibt im Haus; alles andere darf weitergegeben werden.")


def _key_column(source: Path, unit: str, header: Sequence[str]) -> str:
    from amip_dq.cli.sample_units import key_of

    named = key_of(unit)
    for name in (named, unit, "einheit"):
        if name in header:
            return str(name)
    raise AmipError(
        f"{source.name}: --key nennt die Spalte mit der Nummer der Einheit. Vorhanden: {', '.join(header)}."
    )


def _secret(path: Path | None) -> bytes:
    from amip_dq.sampling.frame import new_key

    if path is None:
        return new_key()
    try:
        secret = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        raise AmipError(f"{path.name}: erwartet werden 64 Hexzeichen.") from None
    if len(secret) < 32:
        raise AmipError(f"{path.name}: der Schlüssel ist zu kurz; erwartet werden 64 Hexzeichen.")
    return secret


def _say_unmatched(flagged: dict[str, list[str]], numbers: set[str]) -> None:
    missing = len(set(flagged) - numbers)
    if missing:
        console.result(f"{missing} Nummern mit Befund stehen nicht in der Liste und bleiben außer Betracht.")
