"""Takes the teams' answers in: what is accepted, what is refused and why; nothing is dropped silently."""

from __future__ import annotations

import hashlib
import shutil
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from amip_dq.errors import LedgerError
from amip_dq.ledger.chain import append, head, personal_hash
from amip_dq.ledger.quality import CONFIRMED
from amip_dq.ledger.store import Draft, file_digest
from amip_dq.ledger.waivers import latest_end
from amip_dq.ledger.worksheet import ANSWERS, LONGEST_REASON, Line, read_lines

NEEDS_REASON = ("kein_fehler", "ausnahme")
NEEDS_DAY = ("ausnahme", "in_klaerung")
ACCEPTED, REJECTED, KNOWN = "angenommen", "abgelehnt", "schon bekannt"


@dataclass(frozen=True)
class Ruling:
    """What became of one answered row."""

    line: Line
    verdict: str
    note: str = ""

    @property
    def accepted(self) -> bool:
        return self.verdict == ACCEPTED


@dataclass(frozen=True)
class Protocol:
    """The outcome of one import."""

    file: str
    digest: str
    day: date
    rulings: tuple[Ruling, ...]
    silent: int
    repeated: bool = False

    def count(self, verdict: str) -> int:
        return sum(ruling.verdict == verdict for ruling in self.rulings)


@dataclass(frozen=True)
class Standing:
    """What the ledger knows of a finding when an answer to it comes in."""

    id: int
    state: str
    team: str | None
    last_answer: tuple[str, str, date | None] | None


def archive_folder(ledger: Path) -> Path:
    """Return where the originals of imported lists and their protocols are kept."""
    return ledger.with_name(f"{ledger.name}.rueckmeldungen")


def take_answers(draft: Draft, path: Path, day: date, clock: str) -> Protocol:
    """Read a work list into the draft; the caller archives the original and publishes."""
    lines, silent = read_lines(path)
    digest = file_digest(path)
    seen = draft.con.execute(
        "SELECT count(*) FROM entry WHERE kind = 'answers' AND body ->> '$.original' = $1", [digest]
    ).fetchall()[0][0]
    rulings = tuple(rule_on(lines, standings(draft.con, lines), day))
    protocol = Protocol(path.name, digest, day, rulings, silent, repeated=bool(seen))
    if not seen:
        _write(draft, protocol, clock)
    return protocol


def standings(con: duckdb.DuckDBPyConnection, lines: Iterable[Line]) -> dict[str, Standing]:
    """Return the findings that a list names, by their number."""
    rows = con.execute(
        """SELECT f.fingerprint, f.id, s.state, s.team, a.answer, a.reason, a.until
           FROM finding f JOIN standing s USING (id)
           LEFT JOIN (SELECT * FROM answer
                      QUALIFY row_number() OVER (PARTITION BY id ORDER BY nr DESC, row DESC) = 1) a USING (id)
           WHERE list_contains($1::VARCHAR[], f.fingerprint)""",
        [sorted({line.number for line in lines})],
    ).fetchall()
    return {
        number: Standing(finding, state, team, (answer, reason or "", until) if answer else None)
        for number, finding, state, team, answer, reason, until in rows
    }


def rule_on(lines: Iterable[Line], known: dict[str, Standing], day: date) -> Iterable[Ruling]:
    """Yield what becomes of every answered row."""
    lines = list(lines)
    times = Counter(line.number for line in lines)
    for line in lines:
        problem = _problem(line, known.get(line.number), day)
        if not problem and times[line.number] > 1:
            problem = "die Befund-Nr. steht mehrfach in der Liste"
        if problem:
            yield Ruling(line, REJECTED, problem)
        elif known[line.number].last_answer == (line.answer, line.reason, line.until):
            yield Ruling(line, KNOWN, "dieselbe Antwort liegt schon vor")
        else:
            yield Ruling(line, ACCEPTED, _hint(line))


def _problem(line: Line, standing: Standing | None, day: date) -> str:
    """Return why a row cannot be taken, or an empty string."""
    if not line.number:
        return "die Befund-Nr. fehlt"
    if standing is None:
        return "diese Befund-Nr. ist unbekannt"
    if standing.state == "closed":
        return "der Befund ist bereits erledigt"
    if not line.answer:
        return "die Antwort fehlt"
    if line.answer not in ANSWERS:
        return f"unbekannte Antwort; möglich: {', '.join(ANSWERS.values())}"
    if line.answer in NEEDS_REASON and not line.reason:
        return f"zu »{ANSWERS[line.answer]}« gehört eine Begründung"
    if len(line.reason) > LONGEST_REASON:
        return f"die Begründung ist länger als {LONGEST_REASON} Zeichen"
    return _wrong_day(line, day)


def _wrong_day(line: Line, day: date) -> str:
    if isinstance(line.until, str):
        return "der Termin ist kein Datum (TT.MM.JJJJ)"
    if line.until is None:
        return f"zu »{ANSWERS[line.answer]}« gehört ein Termin" if line.answer in NEEDS_DAY else ""
    if line.until < day:
        return "der Termin liegt in der Vergangenheit"
    if line.answer == "ausnahme" and line.until > latest_end(day):
        return f"eine Ausnahme gilt höchstens 12 Monate, hier bis {latest_end(day):%d.%m.%Y}"
    return ""


def _hint(line: Line) -> str:
    notes = []
    if line.altered:
        notes.append("weiße Felder der Zeile wurden geändert; das bleibt ohne Wirkung")
    if line.answer == "behoben":
        notes.append("der nächste Lauf prüft, ob der Befund verschwunden ist")
    if line.answer == "kein_fehler":
        notes.append("wird vom Datenqualitätsmanagement bestätigt")
    if line.answer == "ausnahme":
        notes.append("beantragt; gilt erst nach Genehmigung (amip-dq waiver add)")
    return "; ".join(notes)


def _write(draft: Draft, protocol: Protocol, clock: str) -> None:
    con = draft.con
    nr = head(con).nr + 1
    known = standings(con, [ruling.line for ruling in protocol.rulings])
    for row, ruling in enumerate((r for r in protocol.rulings if r.accepted), start=1):
        line, finding = ruling.line, known[ruling.line.number]
        _insert(con, [nr, row, finding.id, finding.team, line.answer, line.reason, line.until, protocol.day])
    body = {
        "original": protocol.digest, "day": protocol.day, "silent": protocol.silent,
        "accepted": protocol.count(ACCEPTED), "rejected": protocol.count(REJECTED), "known": protocol.count(KNOWN),
    }  # fmt: skip
    append(con, "answers", body, clock)


def _insert(con: duckdb.DuckDBPyConnection, values: list) -> None:
    con.execute("INSERT INTO answer VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL)", values)
    con.execute(
        f"""UPDATE answer SET hash = {personal_hash("answer", "answer", "f.salt")} FROM finding f
            WHERE f.id = answer.id AND answer.nr = $1 AND answer.row = $2""",
        values[:2],
    )


def confirm(draft: Draft, number: str, reason: str, day: date, clock: str) -> None:
    """Note that the DQM agrees with a team's »kein Fehler«: it counts for the rule, the finding stays."""
    rows = standings(draft.con, [Line(0, number, "", "", None, False)])
    if number not in rows:
        raise LedgerError(f"Die Befund-Nr. »{number}« ist unbekannt.")
    answer = rows[number].last_answer
    if answer is None or answer[0] != "kein_fehler":
        raise LedgerError(f"Zu »{number}« liegt keine Antwort »kein Fehler« vor, die zu bestätigen wäre.")
    nr = head(draft.con).nr + 1
    _insert(draft.con, [nr, 1, rows[number].id, rows[number].team, CONFIRMED, reason, None, day])
    append(draft.con, "answers", {"original": hashlib.sha256(b"").hexdigest(), "day": day, "confirmed": 1}, clock)


def archive(ledger: Path, original: Path, digest: str) -> Path:
    """Keep the original under its hash; a copy that is already there stays."""
    folder = archive_folder(ledger)
    folder.mkdir(mode=0o700, exist_ok=True)
    kept = folder / f"{digest}.xlsx"
    if not kept.exists():
        fresh = folder / f"{digest}.neu"
        shutil.copyfile(original, fresh)
        fresh.replace(kept)
    return kept
