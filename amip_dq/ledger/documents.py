"""What a past report needs: the run, its content and its history, without any case, each wording kept once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import Any

import duckdb

from amip_dq.errors import LedgerError
from amip_dq.ledger.chain import sha256
from amip_dq.ledger.execution import past_runs
from amip_dq.ledger.freeze import frozen, revived, thawed, value_of
from amip_dq.ledger.history import derived_history
from amip_dq.model import (
    Content,
    FigureResult,
    Gate,
    History,
    KeyFigure,
    Lookback,
    Measure,
    Rule,
    RuleResult,
    Run,
    Waiver,
)

CONTENT, WORDING = "content:", "wording:"


def documents_of(con: duckdb.DuckDBPyConnection, run: Run, content: Content, history: History) -> dict[str, str]:
    """Return name → text to store with an entry; the content only where it is not stored yet."""
    known = con.execute("SELECT body FROM document WHERE name = $1", [CONTENT + run.content_digest]).fetchall()
    documents, digests = ({}, json.loads(known[0][0])["digests"]) if known else _content_documents(con, run, content)
    no_cases = tuple(replace(waiver, fingerprint="") for waiver in history.waivers)
    # the rest follows from the rows of the ledger; kept whole, it would grow with the square of the nights
    own = {
        "waivers": no_cases,
        "quality": history.quality,
        "intact": history.chain_intact,
        "lookback": history.lookback,
        "measures": history.measures,
    }
    return {**documents, "run": _frozen_run(run, digests), "history": frozen(own)}


def _content_documents(
    con: duckdb.DuckDBPyConnection, run: Run, content: Content
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the documents of a new content, each wording of a rule once, and id → digest of its wordings."""
    stored = {name for (name,) in con.execute("SELECT DISTINCT name FROM document").fetchall()}
    texts = {item.id: frozen(item) for item in (*content.rules, *content.key_figures)}
    digests = {name: sha256(text) for name, text in texts.items()}
    documents = {WORDING + digests[name]: text for name, text in texts.items()}
    documents[CONTENT + run.content_digest] = frozen({
        "rest": replace(content, rules=(), key_figures=()),
        "digests": digests,
        "rules": [rule.id for rule in content.rules],
        "figures": [figure.id for figure in content.key_figures],
    })  # fmt: skip
    return {name: text for name, text in documents.items() if name not in stored}, digests


def _frozen_run(run: Run, digests: Mapping[str, str]) -> str:
    """The gate's full result belongs to the delivery page of that night and is not kept."""
    results = [{**_own(result), "rule": digests[result.rule.id]} for result in run.results]
    figures = [{**_own(result), "figure": digests[result.figure.id]} for result in run.figures]
    rest = replace(run, results=(), figures=(), gate=Gate(run.gate.checks), chain_hash="")
    return frozen({"rest": rest, "results": results, "figures": figures})


def _own(result: RuleResult | FigureResult) -> dict[str, Any]:
    return {field.name: getattr(result, field.name) for field in fields(result) if field.name not in ("rule", "figure")}


def find_run(con: duckdb.DuckDBPyConnection, wanted: str) -> int:
    """Return the entry of a run, named by its id, its number or its Stichtag (then the last run of that day)."""
    rows = con.execute(
        """SELECT nr FROM entry WHERE kind = 'run'
           AND $1 IN (body ->> '$.run_id', nr::VARCHAR, body ->> '$.stichtag') ORDER BY nr DESC LIMIT 1""",
        [wanted],
    ).fetchall()
    if not rows:
        raise LedgerError(f"Den Lauf »{wanted}« gibt es in dieser Verlaufsdatei nicht; »history list« zeigt alle.")
    return rows[0][0]


def stored_run(con: duckdb.DuckDBPyConnection, nr: int) -> tuple[Run, Content, History]:
    """Return a past run with the content and the history that its reports were made of."""
    texts = dict(con.execute("SELECT name, body FROM document WHERE nr = $1", [nr]).fetchall())
    if "run" not in texts:
        raise LedgerError("Zu diesem Eintrag liegen keine Berichtsdaten vor.")
    (chain,) = con.execute("SELECT chain FROM entry WHERE nr = $1", [nr]).fetchall()[0]
    written = json.loads(texts["run"])
    results = tuple(_result(con, entry) for entry in written["results"])
    figures = tuple(_figure(con, entry) for entry in written["figures"])
    run = replace(value_of(Run, written["rest"]), chain_hash=chain, results=results, figures=figures)
    content = _stored_content(con, run.content_digest)
    runs = tuple(past for past in past_runs(con) if past.nr <= nr)
    own = json.loads(texts["history"])
    history = replace(
        derived_history(con, runs, content),
        waivers=tuple(value_of(Waiver, waiver) for waiver in own["waivers"]),
        quality={rule_id: tuple(counts) for rule_id, counts in own["quality"].items()},
        chain_intact=own["intact"],
        lookback=tuple(value_of(Lookback, look) for look in own["lookback"]),
        measures=tuple(value_of(Measure, measure) for measure in own.get("measures", ())),  # older entries know none
    )
    return run, content, history


def _stored_content(con: duckdb.DuckDBPyConnection, digest: str) -> Content:
    written = json.loads(_text(con, CONTENT + digest))
    return replace(
        value_of(Content, written["rest"]),
        rules=tuple(_wordings(con, Rule, [written["digests"][name] for name in written["rules"]])),
        key_figures=tuple(_wordings(con, KeyFigure, [written["digests"][name] for name in written["figures"]])),
    )


def _wordings(con: duckdb.DuckDBPyConnection, cls: type, digests: Iterable[str]) -> list:
    return [thawed(cls, _text(con, WORDING + digest)) for digest in digests]


def _text(con: duckdb.DuckDBPyConnection, name: str) -> str:
    rows = con.execute("SELECT body FROM document WHERE name = $1 LIMIT 1", [name]).fetchall()
    if not rows:
        raise LedgerError("Die Berichtsdaten dieses Laufs sind unvollständig; »history verify« prüft die Kette.")
    return rows[0][0]


def _result(con: duckdb.DuckDBPyConnection, entry: dict[str, Any]) -> RuleResult:
    own = revived(entry)
    rule = thawed(Rule, _text(con, WORDING + entry["rule"]))
    return RuleResult(**{**own, "rule": rule, "missing_tables": tuple(own["missing_tables"])})


def _figure(con: duckdb.DuckDBPyConnection, entry: dict[str, Any]) -> FigureResult:
    return FigureResult(**{**revived(entry), "figure": thawed(KeyFigure, _text(con, WORDING + entry["figure"]))})
