"""Defects planted on purpose, by code that shares nothing with the rules that must find them.

A new rule's planting is one function `(ground) -> Planted` and one line in PLANTINGS.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from amip_dq.synth.identifiers import Identifiers
from amip_dq.synth.planting import changes, closings, goals, interruptions, placement, programme, records
from amip_dq.synth.planting.ground import Ground, Planted
from amip_dq.synth.scenario import Batch

TRUTH = {"rule_id": pl.String, "case_id": pl.String, "item": pl.String}
# In this order: what ends or breaks a case comes first, so that later plantings keep away from it.
PLANTINGS: dict[str, Callable[[Ground], Planted]] = {
    "fallabschluss.fehlt_nach_bewilligungsende": closings.forget_to_close,
    "fallabschluss.verspaetet_angeordnet": closings.release_late,
    "fallabschluss.datum_widerspruechlich": closings.shift_end,
    "fallabschluss.leistung_nach_ende": closings.pay_after_end,
    "fallabschluss.grund_fehlt": closings.drop_reason,
    "fallabschluss.grund_unspezifisch": closings.blur_reason,
    "fallabschluss.mitglied_offen": closings.leave_member_open,
    "fallabschluss.wiedereroeffnet": closings.reopen,
    "fallabschluss.tod_leistung_laeuft": closings.die_earlier,
    "fallabschluss.altersgrenze_ueberschritten": closings.grow_older,
    "unterbrechung.grund_fehlt": interruptions.lose_record,
    "unterbrechung.leistung_trotz_ausschluss": interruptions.exclude_while_entitled,
    "unterbrechung.scheinunterbrechung": interruptions.apply_in_time,
    "unterbrechung.ifk_nicht_informiert": interruptions.stay_silent,
    "unterbrechung.ifk_falsch": interruptions.inform_wrong_post,
    "unterbrechung.zustaendigkeit_fehlt": interruptions.leave_without_ifk,
    "unterbrechung.minderung_als_unterbrechung": interruptions.call_sanction_interruption,
    "unterbrechung.zeitraum_widerspruechlich": interruptions.misdate_record,
    "aenderung.verspaetet_angeordnet": changes.release_late,
    "aenderung.frist_laeuft_ab": changes.near_deadline,
    "aenderung.erfasst_nicht_angeordnet": changes.leave_unreleased,
    "aenderung.wirksamkeit_unplausibel": changes.misdate,
    "aenderung.zeitfolge_widerspruechlich": changes.turn_clocks,
    "vermittlung.status_arbeitslos_falsch": placement.stay_unemployed,
    "vermittlung.status_massnahme_veraltet": placement.leave_in_measure,
    "vermittlung.status_fehlt": placement.drop_status,
    "vermittlung.par53a_unzulaessig": placement.begin_53a_late,
    "vermittlung.integration_doppelt": placement.enter_twice,
    "vermittlung.integration_gefoerdert_falsch": placement.call_subsidised_work_entry,
    "vermittlung.integration_bezug_fehlt": placement.enter_without_receipt,
    "programm.intensivbetreuung_anzahl_falsch": programme.free_a_place,
    "programm.intensivbetreuung_gespraech_fehlt": programme.skip_talk,
    "programm.vermittlungsvorschlag_ergebnis_fehlt": programme.lose_result,
    "programm.par16i_voraussetzung_fehlt": programme.fund_too_early,
    "programm.absolventengespraech_fehlt": programme.miss_graduate,
    "programm.massnahme_ergebnis_fehlt": programme.forget_outcome,
    "integrationsziel.fehlt": goals.remove_goal,
    "integrationsziel.nicht_konkret": goals.blur_goal,
    "integrationsziel.zieldatum_unplausibel": goals.misdate_goal,
    "integrationsziel.prognose_widerspruechlich": goals.contradict_prognosis,
    "integrationsziel.prognose_fehlt": goals.drop_prognosis,
    "integrationsziel.strategie_fehlt": goals.drop_strategy,
    "integrationsziel.nicht_ueberprueft": goals.let_goal_age,
    "integrationsziel.vermerk_fehlt": goals.drop_notes,
    "integrationsziel.serientext": goals.copy_text,
    "stammdaten.versicherungsnummer_falsch": records.break_check_digit,
    "stammdaten.schwerbehinderung_widerspruechlich": records.lower_degree,
    "stammdaten.bg_typ_widerspruechlich": records.call_single_a_couple,
    "leistung.funktionstrennung_unzulaessig": records.release_own_entry,
    "fallabschluss.bescheid_fehlt": records.send_no_notice,
    "leistung.minderung_verspaetet": records.sanction_late,
    "leistung.minderung_unzulaessig": records.sanction_too_much,
    "leistung.datenabgleich_offen": records.leave_hit_open,
    "leistung.information_mi_fehlt": records.keep_hit_to_oneself,
}


def plant(batch: Batch) -> pl.DataFrame:
    """Plant every kind of defect into the batch's tables; returns the truth: rule_id, case_id, item."""
    ground = Ground(batch)
    rows = [pl.DataFrame(schema=TRUTH)]
    if batch.scenario.defect_rate > 0:
        identifiers = Identifiers(batch)
        rows += [_truth(rule, planting(ground), identifiers) for rule, planting in PLANTINGS.items()]
    return pl.concat(rows)


def _truth(rule: str, planted: Planted, identifiers: Identifiers) -> pl.DataFrame:
    named = identifiers.named("aenderung", planted.cases.drop("ersetzt_id", strict=False))
    item = pl.col(planted.item) if planted.item else pl.lit("")
    return named.select(
        pl.lit(rule).alias("rule_id"), pl.col(planted.case).alias("case_id"), item.cast(pl.String).alias("item")
    )
