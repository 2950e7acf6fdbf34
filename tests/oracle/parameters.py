"""The parameters of regelwerk.md with their default values; all hold from 1900-01-01 on."""

from __future__ import annotations

from datetime import date
from typing import Any

PLACEHOLDERS = [
    "offen", "ka", "keineangabe", "keineangaben", "wirdnachgetragen", "nachtragen", "folgt", "unbekannt", "unklar",
    "nn", "nv", "na", "tbd", "test", "x", "xx", "xxx",
]  # fmt: skip
RELEVANT = [
    "einkommen_aufnahme", "einkommen_wegfall", "einkommen_hoehe", "einzug", "auszug", "geburt", "tod", "trennung",
    "unterkunftskosten", "umzug", "ausschlussgrund", "erwerbsfaehigkeit", "altersgrenze", "endgueltige_festsetzung",
    "unterbrechung",
]  # fmt: skip
COUNT_DAYS = [date(2022, month, day) for month, day in enumerate((13, 14, 14, 11, 12, 13, 13, 15, 13, 13, 14, 13), 1)]

DEFAULTS: dict[str, Any] = {
    "aenderung_frist_lesart": "kalender",
    "aenderung_frist_monate": 3,
    "werktag_verschiebung": False,
    "zaehltag": COUNT_DAYS,
    "aenderung_relevante_arten": RELEVANT,
    "aenderung_vorwarnung_tage": 21,
    "aenderung_anordnung_arbeitstage": 5,
    "aenderung_vorlauf_monate": 12,
    "aenderung_fruehestes_datum": date(2005, 1, 1),
    "ifk_info_arbeitstage": 5,
    "scheinunterbrechung_tage": 31,
    "stationaer_monate": 6,
    "bewilligungsende_tage": 31,
    "wiedereroeffnung_tage": 31,
    "zieldatum_monate": 24,
    "ziel_marktfern_monate": 6,
    "ziel_marktnah_monate": 12,
    "ziel_pruefung_monate": 6,
    "ziel_vermerk_monate": 6,
    "ziel_platzhalter": PLACEHOLDERS,
    "serientext_anzahl": 10,
    "serientext_tage": 30,
    "ausnahme_neu_tage": 28,
    "lzb_fenster_tage": 730,
    "lzb_mindesttage": 638,
    "vv_offen_tage": 28,
    "intensiv_anzahl": 5,
    "intensiv_monate": 6,
}


def retirement_months(born: date) -> int:
    """Return the § 7a age in months for a day of birth."""
    if born.year < 1947:
        return 780
    if born.year <= 1958:
        return 781 + born.year - 1947
    if born.year <= 1963:
        return 794 + 2 * (born.year - 1959)
    return 804
