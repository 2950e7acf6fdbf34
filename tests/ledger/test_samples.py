"""What audit samples found reaches the ledger once, holds in the chain, and is what the next run shows."""

from __future__ import annotations

import shutil
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from library_nights import LATE, MONDAY, OTHER, TUESDAY, WEDNESDAY, Library

sys.path.insert(0, str(Path(__file__).parents[1] / "sampling"))
from audit_office import FAULT, RIGHT, Office  # noqa: E402

from amip_dq.cli.main import run  # noqa: E402
from amip_dq.cli.sample_files import read_result  # noqa: E402
from amip_dq.ledger.documents import find_run, stored_run  # noqa: E402
from amip_dq.ledger.queries import entries  # noqa: E402
from amip_dq.ledger.retention import prune  # noqa: E402
from amip_dq.ledger.samples import Kept, keep_sample, samples_before  # noqa: E402
from amip_dq.ledger.store import publish, reading, writing  # noqa: E402
from amip_dq.ledger.verify import verify  # noqa: E402
from amip_dq.sampling.evaluation import evaluate  # noqa: E402

CLOCK = "2023-06-26T12:00:00"
RULE, FIGURE = "ausleihe.rueckgabe_verspaetet", "kennzahl.rueckgabe"
PLAN = (
    "verfahren: zweiphasen\nkennzahl: rueckgabe\nschichten: [{name: auffaellig, n: 40}, {name: unauffaellig, n: 60}]\n"
)


@pytest.fixture(scope="module")
def audited(tmp_path_factory):
    """An audit of 300 cases, 100 of them flagged, of which 70 are wrong; nothing wrong elsewhere but in 3 cases."""
    office = Office(tmp_path_factory.mktemp("pruefung"))
    findings = ["rule_id;case_id;verdict", *(f"{RULE};{i:06d};violation" for i in range(1, 101))]
    office.path("findings.csv").write_text("\n".join(findings) + "\n", encoding="utf-8")
    office.draw(PLAN, "--findings", "@findings.csv", size=300)
    office.audit(lambda place, row: FAULT if int(row["einheit"]) <= 70 or int(row["einheit"]) > 280 else RIGHT)
    return office


@pytest.fixture(scope="module")
def first_night(library, tmp_path_factory):
    nights = Library(tmp_path_factory.mktemp("nacht"), library)
    nights.night(MONDAY, [LATE, OTHER])
    return nights.ledger


@pytest.fixture
def nights(library, first_night, tmp_path):
    for path in first_night.parent.glob("verlauf*"):
        shutil.copy(path, tmp_path)
    return Library(tmp_path, library)


@pytest.fixture(scope="module")
def told(audited):
    return evaluate(read_result(audited.path("ergebnis.json")))


def type_in(office: Office, ledger: Path) -> int:
    result = office.path("ergebnis.json")
    return run(["sample", "evaluate", str(result), "--out", str(ledger.parent / "bericht"), "--force",
                "--history", str(ledger)])  # fmt: skip


def bodies(ledger: Path) -> list[dict]:
    with reading(ledger) as con:
        return [body for link, body in entries(con) if link.kind == "sample"]


def test_a_sample_is_one_entry_of_an_intact_chain_without_any_case(told, nights):
    keep_sample(nights.ledger, told, CLOCK)
    (body,) = bodies(nights.ledger)
    assert body["nr"] == 2 and body["procedure"] == "zweiphasen" and body["stichtag"] == "2025-06-30"
    assert verify(nights.ledger).intact and verify(nights.ledger).entries == 2
    assert not {"title", "question"} & set(body) and "000001" not in str(body)


def test_the_same_result_is_taken_once(told, audited, nights, capsys):
    assert keep_sample(nights.ledger, told, CLOCK) == Kept(2, True)
    before = nights.ledger.read_bytes()
    assert keep_sample(nights.ledger, told, "2023-06-27T12:00:00") == Kept(2, False)
    type_in(audited, nights.ledger)
    assert "Eintrag 2; er steht dort schon." in capsys.readouterr().out
    assert nights.ledger.read_bytes() == before


def test_the_command_enters_its_result(audited, nights, capsys):
    assert type_in(audited, nights.ledger) == 0
    assert "Verlauf: Eintrag 2." in capsys.readouterr().out
    assert len(bodies(nights.ledger)) == 1


def test_the_next_run_knows_precision_recall_and_quota(told, nights):
    keep_sample(nights.ledger, told, CLOCK)
    taken = nights.night(TUESDAY, [LATE])
    sample = taken.history.samples.rules[RULE]
    assert (sample.flagged, sample.examined) == (100, 40)
    assert sample.precision.point == Decimal(sample.wrong) / 40
    assert sample.precision.lower <= Decimal("0.7") <= sample.precision.upper
    assert sample.missed_wrong > 0 and sample.recall.lower < sample.recall.point < sample.recall.upper
    assert (sample.source.stichtag, sample.source.confidence) == (date(2025, 6, 30), Decimal("0.95"))
    quota = taken.history.samples.quotas[FIGURE]
    assert quota.examined == 100 and quota.right == 100 - sample.wrong - sample.missed_wrong
    assert quota.value.lower < quota.at_least < quota.value.point < quota.value.upper
    assert quota.at_least <= Decimal(210) / 300  # the truth


def test_a_past_report_knows_only_what_was_known_then(told, nights):
    keep_sample(nights.ledger, told, CLOCK)
    taken = nights.night(TUESDAY, [LATE])
    with reading(nights.ledger) as con:
        before, after = (stored_run(con, find_run(con, day.isoformat()))[2] for day in (MONDAY, TUESDAY))
    assert not before.samples.rules and not before.samples.quotas
    assert after.samples == taken.history.samples and after.samples.rules


def test_a_corrected_result_of_the_same_draw_replaces_the_first(told, audited, nights):
    keep_sample(nights.ledger, told, CLOCK)
    rows = audited.rows()
    start = next(i for i, row in enumerate(rows) if row and row[0] == "lfd")
    place, unit = rows[start].index("A2"), rows[start].index("einheit")
    changed = next(row for row in rows[start + 1 :] if row[place] == "falsch" and int(row[unit]) <= 70)
    changed[place], changed[rows[start].index("ursache")] = "richtig", ""
    audited.write_sheet(rows, "bogen2.csv")
    imported = audited.run(
        "import", "@bogen2.csv", "--draw", "@ziehung", "--previous", "@ergebnis.json", "--out", "@ergebnis2.json"
    )
    assert imported == 0
    keep_sample(nights.ledger, evaluate(read_result(audited.path("ergebnis2.json"))), CLOCK)
    with reading(nights.ledger) as con:
        first, last = (samples_before(con, nr).rules[RULE] for nr in (3, 4))
    assert len(bodies(nights.ledger)) == 2 and last.wrong == first.wrong - 1


def test_a_clean_up_leaves_samples_alone(told, nights):
    keep_sample(nights.ledger, told, CLOCK)
    before = bodies(nights.ledger)
    nights.night(TUESDAY, [OTHER])
    with writing(nights.ledger, 0) as draft:
        prune(draft, WEDNESDAY, "2023-07-01T05:00:00")
        publish(draft, compact=True)
    assert bodies(nights.ledger) == before and verify(nights.ledger).intact
    assert nights.night(WEDNESDAY, [OTHER]).history.samples.rules


def test_a_changed_rate_breaks_the_chain(told, nights):
    keep_sample(nights.ledger, told, CLOCK)
    with writing(nights.ledger, 0) as draft:
        draft.con.execute(
            "UPDATE entry SET body = replace(body, '\"examined\":40', '\"examined\":90') WHERE kind = 'sample'"
        )
        publish(draft)
    result = verify(nights.ledger)
    assert (result.intact, result.broken) == (False, 2)


def test_without_a_ledger_nothing_is_written(audited, tmp_path, capsys):
    assert type_in(audited, tmp_path / "vertippt.duckdb") == 2
    assert "vertippt.duckdb gibt es nicht" in capsys.readouterr().err
    assert not list(tmp_path.glob("vertippt.duckdb")) and not (tmp_path / "bericht").exists()


def test_list_and_show_name_the_sample(told, nights, capsys):
    keep_sample(nights.ledger, told, CLOCK)
    nights.night(TUESDAY, [LATE])
    capsys.readouterr()
    assert run(["history", "list", "--history", str(nights.ledger)]) == 0
    assert "Stichprobe vom" in capsys.readouterr().out
    assert run(["history", "show", TUESDAY.isoformat(), "--history", str(nights.ledger)]) == 0
    text = capsys.readouterr().out
    assert f"Stichprobe 30.06.2025, {RULE}: " in text and "von 40 geprüften Treffern fehlerhaft" in text
    assert f"Kennzahl {FIGURE}: " in text and "; mindestens " in text
    assert run(["history", "show", MONDAY.isoformat(), "--history", str(nights.ledger)]) == 0
    assert "Stichprobe" not in capsys.readouterr().out
