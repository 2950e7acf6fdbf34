"""Measures: strict file beside the ledger, a role as owner, kept with the run so that old reports stay the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from library_nights import IN_TIME, LATE, MONDAY, OTHER, TUESDAY, Library

from amip_dq.errors import ContentErrors
from amip_dq.ledger.documents import stored_run
from amip_dq.ledger.measures import Agreement, load_measures, measures_file
from amip_dq.ledger.store import reading

AGREED = "M-0001:\n  rule: {rule}\n  text: {text}\n  owner: theke\n  start: {start}\n  due: 2023-07-31\n"


@pytest.fixture
def nights(library, tmp_path):
    roles = replace(library.vocabulary, responsible={"theke": {"title": "Theke"}})
    return Library(tmp_path, replace(library, vocabulary=roles))


def agree(nights, text="Mahnlauf wöchentlich", rule=None, start=MONDAY, more=""):
    rule = rule or nights.content.rules[0].id
    measures_file(nights.ledger).write_text(AGREED.format(rule=rule, text=text, start=start) + more, encoding="utf-8")


def test_measure_is_shown_with_its_effect_and_kept(nights):
    agree(nights)
    first = nights.night(MONDAY, [LATE, OTHER])
    taken = nights.night(TUESDAY, [IN_TIME, OTHER])
    (begun,), (measure,) = first.history.measures, taken.history.measures
    assert (begun.effect, begun.status, begun.owner) == ("", "offen", "Theke")
    assert (measure.effect, measure.due, measure.text) == ("weniger", date(2023, 7, 31), "Mahnlauf wöchentlich")
    measures_file(nights.ledger).unlink()
    with reading(nights.ledger) as con:
        assert stored_run(con, 2)[2].measures == taken.history.measures


def test_measure_of_tomorrow_is_not_shown(nights):
    agree(nights, start=TUESDAY)
    assert nights.night(MONDAY, [LATE]).history.measures == ()


@pytest.mark.parametrize(
    ("day", "done", "status"),
    [(date(2023, 7, 31), None, "offen"), (date(2023, 8, 1), None, "ueberfaellig"),
     (date(2023, 8, 1), date(2023, 8, 1), "erledigt"), (date(2023, 8, 1), date(2023, 8, 2), "ueberfaellig")],
)  # fmt: skip
def test_status_on_a_day(day, done, status):
    agreement = Agreement("M-0001", "r", "x", "theke", date(2023, 6, 1), date(2023, 7, 31), done)
    assert agreement.status_on(day) == status


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"rule": "gibt.es_nicht"}, "die Regel »gibt.es_nicht« gibt es nicht"), ({"text": "Akte 0123456 holen"}, "Ziffernfolge"),
     ({"start": "2023-08-01"}, "vor dem Beginn"), ({"more": "  done_on: 2023-01-01\n"}, "Erledigung"),
     ({"more": "  wer: Frau M\n"}, "unbekannter Schlüssel"), ({"text": '" "'}, "1 bis 300 Zeichen")],
)  # fmt: skip
def test_mistake_is_named_with_its_line(nights, changes, said):
    agree(nights, **changes)
    with pytest.raises(ContentErrors, match=said):
        load_measures(measures_file(nights.ledger), nights.content)


def test_owner_is_a_role_and_no_person(nights):
    other = replace(nights.content.vocabulary, responsible={"fuehrung": {}})
    agree(nights)
    with pytest.raises(ContentErrors, match="keine Person; möglich: fuehrung"):
        load_measures(measures_file(nights.ledger), replace(nights.content, vocabulary=other))
