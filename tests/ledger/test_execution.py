"""Did the control run on every working day? And what happens in the order of the deadline."""

from __future__ import annotations

from datetime import date

import pytest

from amip_dq.ledger.execution import PastRun, execution_of, sentence, working_days
from amip_dq.model import Calendar

BRANDENBURG = Calendar(country="DE", subdivision="BB")
RULE = "akte.fehlt"
JUNE = working_days(BRANDENBURG, date(2022, 6, 1), date(2022, 6, 30))


def ran(
    stichtag: date, day: date | None = None, as_of: date | None = None, complete=True, judged=frozenset({RULE})
) -> PastRun:
    return PastRun(1, "", stichtag, day or stichtag, as_of or stichtag, complete, judged, 1, (), (), (), "", ())


def test_june_2022_has_twenty_one_working_days_in_brandenburg():
    assert len(JUNE) == 21 and date(2022, 6, 6) not in JUNE  # Pfingstmontag


@pytest.mark.parametrize(
    ("runs", "done", "words"),
    [
        ([ran(d) for d in JUNE], 21, "21 von 21 Arbeitstagen ausgeführt."),
        ([ran(d) for d in JUNE[1:]], 20, "20 von 21 Arbeitstagen ausgeführt. 1 ohne Lauf."),
        ([ran(d) for d in JUNE[1:]] + [ran(date(2022, 6, 5))], 20, "1 ohne Lauf."),
        ([ran(d) for d in JUNE[1:]] + [ran(JUNE[0], judged=frozenset())], 20, "1 ohne Lauf."),
        ([ran(d) for d in JUNE[1:]] + [ran(JUNE[0], JUNE[1])], 21, "21 von 21 Arbeitstagen ausgeführt."),
        ([ran(d) for d in JUNE[1:]] + [ran(JUNE[0], JUNE[2])], 21, "1 verspätet."),
        ([ran(d) for d in JUNE[1:]] + [ran(JUNE[0], as_of=date(2022, 5, 28))], 21, "1 auf altem Datenstand."),
        (
            [ran(d) for d in JUNE[1:]] + [ran(JUNE[0], as_of=date(2022, 5, 29))],
            21,
            "21 von 21 Arbeitstagen ausgeführt.",
        ),
        ([ran(d) for d in JUNE[1:]] + [ran(JUNE[0], complete=False)], 21, "1 unvollständig."),
        ([ran(d) for d in JUNE] + [ran(JUNE[0], complete=False)], 21, "21 von 21 Arbeitstagen ausgeführt."),
    ],
)
def test_proof_of_execution(runs, done, words):
    (found,) = execution_of(runs, BRANDENBURG, [("A-001", RULE)], date(2022, 6, 1), date(2022, 6, 30))
    assert found.done == done
    assert sentence(found).startswith("Kontrolle A-001: ") and sentence(found).endswith(words)
