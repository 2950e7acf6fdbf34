"""Defects planted on purpose, by code that shares nothing with the rules that must find them.

A new rule's planting is one function `(ground) -> Planted` and one line in PLANTINGS.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from amip_dq.synth.identifiers import Identifiers
from amip_dq.synth.planting import (
    changes,
    closings,
    decisions,
    goals,
    households,
    interruptions,
    persons,
    placement,
    programme,
    records,
    unclosed,
    unnoticed,
)
from amip_dq.synth.planting.ground import Ground, Planted
from amip_dq.synth.scenario import Batch

Planting = Callable[[Ground], Planted]
TRUTH = {"rule_id": pl.String, "case_id": pl.String, "item": pl.String}


def every(*variants: Planting) -> Planting:
    """Return the planting of all variants of one defect."""

    def plant_variants(ground: Ground) -> Planted:
        planted = [variant(ground) for variant in variants]
        case, item = planted[0].case, planted[0].item
        cases = pl.concat([found.cases.select(column for column in (case, item) if column) for found in planted])
        return Planted(cases, case, item, tuple(more for found in planted for more in found.besides))

    return plant_variants


# In this order: what ends or breaks a case comes first, so that later plantings keep away from it; then what only a few
# clients can have, before the defects that anybody can have use them up.
PLANTINGS: dict[str, Planting] = {
    "fallabschluss.fehlt_nach_bewilligungsende": unclosed.forget_to_close,
    "fallabschluss.verspaetet_angeordnet": every(closings.release_late, unclosed.leave_end_unreleased),
    "fallabschluss.datum_widerspruechlich": closings.shift_end,
    "fallabschluss.leistung_nach_ende": closings.pay_after_end,
    "fallabschluss.grund_fehlt": closings.drop_reason,
    "fallabschluss.grund_unspezifisch": closings.blur_reason,
    "fallabschluss.mitglied_offen": closings.leave_member_open,
    "fallabschluss.wiedereroeffnet": closings.reopen,
    "fallabschluss.tod_leistung_laeuft": every(closings.die_earlier, unclosed.die_unnoticed),
    "fallabschluss.altersgrenze_ueberschritten": every(closings.grow_older, unclosed.grow_older_unnoticed),
    "fallabschluss.integration_fehlt": closings.forget_entry,
    "fallabschluss.leistungsberechtigte_fehlend": closings.keep_household_open,
    "aenderung.leistungsmonat_veraltet": unnoticed.keep_month,
    "unterbrechung.bezug_doppelt": decisions.receive_twice,
    "aenderung.arbeitsaufnahme_fehlt": unnoticed.hide_work,
    "aenderung.umzug_offen": unnoticed.move_away,
    "stammdaten.hauptperson_fehlt": households.miscount_heads,
    "stammdaten.hauptperson_unzulaessig": households.demote_head,
    "stammdaten.partner_widerspruechlich": households.add_partner,
    "stammdaten.alter_elb_unzulaessig": households.rejuvenate,
    "stammdaten.kind_in_bg_unzulaessig": households.outgrow,
    "leistung.bewilligung_doppelt": decisions.overlap_periods,
    "leistung.abschliessende_entscheidung_fehlt": decisions.never_finalise,
    "unterbrechung.antrag_fehlt": decisions.apply_late,
    "unterbrechung.ortsabwesenheit_unzulaessig": interruptions.interrupt_for_holiday,
    "unterbrechung.krankenhaus_unzulaessig": interruptions.interrupt_for_hospital,
    "unterbrechung.grund_fehlt": interruptions.lose_record,
    "unterbrechung.leistung_trotz_ausschluss": interruptions.exclude_while_entitled,
    "unterbrechung.scheinunterbrechung": interruptions.apply_in_time,
    "unterbrechung.ifk_nicht_informiert": interruptions.stay_silent,
    "unterbrechung.ifk_falsch": interruptions.inform_wrong_post,
    "unterbrechung.zustaendigkeit_fehlt": interruptions.leave_without_ifk,
    "unterbrechung.minderung_als_unterbrechung": interruptions.call_sanction_interruption,
    "unterbrechung.zeitraum_widerspruechlich": interruptions.misdate_record,
    "stammdaten.aufenthaltstitel_fehlt": persons.drop_title,
    "stammdaten.aufenthaltstitel_abgelaufen": persons.let_title_expire,
    "stammdaten.schwerbehinderung_widerspruechlich": records.lower_degree,
    "leistung.minderung_ueberschritten": records.sanction_twice,
    "leistung.minderung_verspaetet": records.sanction_late,
    "leistung.minderung_unzulaessig": records.sanction_too_much,
    "leistung.datenabgleich_offen": records.leave_hit_open,
    "leistung.information_mi_fehlt": records.keep_hit_to_oneself,
    "integrationsziel.serientext": goals.copy_text,
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
    "integrationsziel.plan_fehlt": goals.drop_plan,
    "stammdaten.pflichtfeld_fehlt": persons.leave_blank,
    "stammdaten.geburtsdatum_unplausibel": persons.misdate_birth,
    "stammdaten.versicherungsnummer_falsch": records.break_check_digit,
    "stammdaten.bg_typ_widerspruechlich": records.call_single_a_couple,
    "leistung.funktionstrennung_unzulaessig": records.release_own_entry,
    "fallabschluss.bescheid_fehlt": records.send_no_notice,
    "stammdaten.bg_nummer_falsch": households.misnumber_household,
    "stammdaten.kundennummer_falsch": persons.misnumber_client,
}


def plant(batch: Batch) -> pl.DataFrame:
    """Plant every kind of defect into the batch's tables; returns the truth: rule_id, case_id, item."""
    ground = Ground(batch)
    planted = []
    if batch.scenario.defect_rate > 0:
        planted = [(rule, planting(ground)) for rule, planting in PLANTINGS.items()]
    identifiers = Identifiers(batch)  # only now: some defects are in the identifiers themselves
    return pl.concat([pl.DataFrame(schema=TRUTH), *(named_truth(rule, found, identifiers) for rule, found in planted)])


def named_truth(rule: str, planted: Planted, identifiers: Identifiers) -> pl.DataFrame:
    """Return what must be found, by this rule and by those that the defects break besides: rule_id, case_id, item."""
    named = identifiers.named("aenderung", planted.cases.drop("ersetzt_id", strict=False))
    item = pl.col(planted.item) if planted.item else pl.lit("")
    own = named.select(
        pl.lit(rule).alias("rule_id"), pl.col(planted.case).alias("case_id"), item.cast(pl.String).alias("item")
    )
    return pl.concat([own, *(named_truth(other, found, identifiers) for other, found in planted.besides)])
