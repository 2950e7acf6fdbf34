"""Hostile random offices: the engine must say of every case, scope and key figure what the oracle says.

More offices: AMIP_DQ_ORACLE_OFFICES=2000; other ones: AMIP_DQ_ORACLE_SEED=5000.
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import date

import pytest

from .batch import merged, random_batch
from .compare import differences
from .days import BEGINNING
from .engine_run import run_engine, with_parameters
from .oracle import RULES, causes, judge, measure
from .random_office import random_office

BATCH = 40
OFFICES = int(os.environ.get("AMIP_DQ_ORACLE_OFFICES", "160"))
FIRST_SEED = int(os.environ.get("AMIP_DQ_ORACLE_SEED", "0"))
SEEDS = range(FIRST_SEED, FIRST_SEED + max(1, OFFICES // BATCH))
SHOWN = 12

COUNT_DAYS = [date(year, month, 11 + (year + month) % 5) for year in range(2015, 2029) for month in range(1, 13)]
OTHER_THRESHOLDS = {
    "aenderung_frist_monate": 2,
    "aenderung_vorwarnung_tage": 10,
    "aenderung_anordnung_arbeitstage": 3,
    "aenderung_vorlauf_monate": 6,
    "aenderung_fruehestes_datum": date(2020, 1, 1),
    "ifk_info_arbeitstage": 3,
    "scheinunterbrechung_tage": 14,
    "stationaer_monate": 7,
    "bewilligungsende_tage": 20,
    "wiedereroeffnung_tage": 10,
    "zieldatum_monate": 12,
    "ziel_marktfern_monate": 12,
    "ziel_marktnah_monate": 9,
    "ziel_pruefung_monate": 1,
    "ziel_vermerk_monate": 3,
    "ziel_platzhalter": ["öl", "offen"],
    "serientext_anzahl": 3,
    "serientext_tage": 15,
    "ausnahme_neu_tage": 100,
    "lzb_fenster_tage": 365,
    "lzb_mindesttage": 300,
    "vv_offen_tage": 10,
    "intensiv_anzahl": 3,
    "intensiv_monate": 3,
}
READINGS = {
    "t3": {"aenderung_frist_lesart": "t3", "zaehltag": COUNT_DAYS},
    "streng": {"aenderung_frist_lesart": "streng", "zaehltag": COUNT_DAYS},
    "t3 ohne Zähltage": {"aenderung_frist_lesart": "t3", "zaehltag": [date(2022, 6, 13)]},
    "Werktag": {"werktag_verschiebung": True},
    "andere Schwellen": OTHER_THRESHOLDS,
}


def assert_same(content, stichtag, offices, folder, parameters=None):
    """Judge the offices on both sides and show the first differences."""
    wanted = {rule_id: {} for rule_id in RULES}
    for office in offices:
        for rule_id, verdicts in judge(office, stichtag, parameters).items():
            wanted[rule_id] |= verdicts
    tables = merged(offices)
    run = run_engine(content, tables, stichtag, folder)
    figures = measure(tables, stichtag, wanted, parameters)
    found = list(differences(wanted, figures, run))
    told = {key: word for key, word in run.causes.items() if key[0] in RULES}
    if told != causes(tables, stichtag, wanted, parameters):
        found.append("die Ursache einer Verspätung ist eine andere")
    if found:
        pytest.fail("\n".join([f"{len(found)} Unterschiede, Stichtag {stichtag}", *found[:SHOWN]]), pytrace=False)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_engine_says_what_the_oracle_says(shipped, tmp_path, seed):
    stichtag, offices = random_batch(seed, BATCH)
    assert_same(shipped, stichtag, offices, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("reading", READINGS)
def test_other_parameters_change_both_alike(shipped, tmp_path, reading):
    parameters = READINGS[reading]
    content = with_parameters(
        shipped, parameters, since=COUNT_DAYS[0].replace(day=1) if "zaehltag" in parameters else BEGINNING
    )
    stichtag, offices = random_batch(70_004 + list(READINGS).index(reading), BATCH)
    assert_same(content, stichtag, offices, tmp_path, parameters)


@pytest.mark.parametrize("seed", (90_000, 90_001))
def test_a_single_office_alone(shipped, tmp_path, seed):
    stichtag, office = random_office(seed)
    assert_same(shipped, stichtag, [office], tmp_path)


def test_an_office_without_a_single_row(shipped, tmp_path):
    _, office = random_office(0)
    assert_same(shipped, date(2022, 6, 30), [{table: [] for table in office}], tmp_path)


def test_the_fuzzer_hits_every_verdict_of_every_rule():
    """A fuzzer that never reaches a branch proves nothing about it."""
    never_null = {
        rule_id
        for rule_id in RULES
        if rule_id.startswith("integrationsziel.")
        or rule_id.rpartition(".")[2]
        in (
            "erfasst_nicht_angeordnet", "wirksamkeit_unplausibel", "zeitfolge_widerspruechlich", "grund_fehlt",
            "grund_unspezifisch", "ifk_nicht_informiert", "zustaendigkeit_fehlt", "minderung_als_unterbrechung",
            "fehlt_nach_bewilligungsende", "mitglied_offen", "tod_leistung_laeuft",
        )
    }  # fmt: skip
    said: Counter = Counter()
    for seed in range(150):
        stichtag, office = random_office(seed)
        for rule_id, verdicts in judge(office, stichtag).items():
            said.update((rule_id, verdict) for verdict in verdicts.values())
    expected = {(r, v) for r in RULES for v in (True, False, None) if v is not None or r not in never_null}
    assert {kind for kind, times in said.items() if times >= 4} == expected
