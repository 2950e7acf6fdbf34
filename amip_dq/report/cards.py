"""A finding as a card: what was expected, what the data show, what is not there, and what to do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from amip_dq.model import Rule
from amip_dq.report.german import datum, is_iso_date
from amip_dq.report.rows import rest_text
from amip_dq.report.site import Site
from amip_dq.report.stock import Finding
from amip_dq.report.timeline import Lane, Mark, in_order

PLACEHOLDER = re.compile(r"\{(\w+)\}")
EXPECTED_UNTIL = re.compile(r"(?:spätestens am|spätestens bis|bis zum|bis) \{(\w+)\}")
SENTENCE_END = re.compile(r"(?<=[a-zäöüß)]\.)\s+(?=[A-ZÄÖÜ])")
MOST_FINDING_LANES = 3
USUAL_WINDOW = 7  # days shown before a deadline that nothing earlier in the evidence explains


class Tag(NamedTuple):
    """A state as shape, word and colour."""

    look: str
    icon: str
    text: str


class Happening(NamedTuple):
    """One line of a finding's history."""

    day: date
    source: str
    text: str


@dataclass(frozen=True)
class Card:
    """A finding with everything that its part of the page says."""

    finding: Finding
    rule: Rule
    code: str
    number: str
    text: str
    expected: str
    found: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]
    evidence: Mapping[str, Any]
    reason: str
    rest: str
    due_look: str
    tags: tuple[Tag, ...]
    history: tuple[Happening, ...]
    role: str


def make_card(site: Site, finding: Finding, evidence_json: str) -> Card:
    """Return the card of a finding; staff keys in its evidence are left out."""
    rule = site.rules[finding.rule_id]
    raw = json.loads(evidence_json or "{}")
    evidence = site.privacy.evidence(raw)
    found = tuple((site.column_title(name), site.value(value)) for name, value in evidence.items() if value is not None)
    missing = tuple(site.column_title(name) for name in not_found(site, evidence))
    look = {"verstrichen": "ernst", "heute": "warnt", "morgen": "warnt"}.get(finding.due, "")
    return Card(
        finding,
        rule,
        site.code(rule.id),
        finding.fingerprint,
        site.sentence(rule.id, finding.text),
        filled(site, rule.expected or rule.title, evidence),
        found,
        missing,
        evidence,
        first_sentence(rule.rationale),
        rest_text(site, finding),
        look,
        tuple(tags(site, finding)),
        tuple(history(site, finding)),
        site.role(finding.responsible),
    )


def not_found(site: Site, evidence: Mapping[str, Any]) -> list[str]:
    """Return what has no value; a deadline is worked out, and a key is left open where a record concerns nobody in particular."""
    empty = [name for name, value in evidence.items() if value is None]
    return [name for name in empty if not name.startswith("frist") and name not in site.key_columns]


def first_sentence(text: str) -> str:
    """Return what a rule's rationale says first."""
    return SENTENCE_END.split(text.strip(), maxsplit=1)[0]


def filled(site: Site, sentence: str, evidence: Mapping[str, Any]) -> str:
    """Return a sentence with the evidence in its braces; what is hidden or missing is said to be."""
    return PLACEHOLDER.sub(
        lambda match: site.value(evidence[match[1]]) if evidence.get(match[1]) is not None else "(ohne Angabe)", sentence
    )


def tags(site: Site, finding: Finding) -> Iterator[Tag]:
    """Yield the states of a finding."""
    t = site.texts.plain
    if finding.state == "undetermined":
        yield Tag("warnt", "dreieck", t("tag.nicht_pruefbar"))
    if finding.state in ("waived", "pilot"):
        yield Tag("ruhig", "ziel", t(f"tag.{finding.state}", tag=finding.waived_until))
    if finding.due == "verstrichen":
        yield Tag("ernst", "raute", t("tag.verstrichen", n=(site.run.stichtag - finding.heilbar_bis).days))
    elif finding.heilbar_bis:
        yield Tag("warnt" if finding.due in ("heute", "morgen") else "ruhig", "uhr", rest_text(site, finding))
    severe = finding.severity in ("kritisch", "hoch")
    yield Tag("warnt" if severe else "ruhig", "dreieck" if severe else "punkt", t(f"schwere.{finding.severity}"))
    yield Tag("ruhig", "punkt", t(f"typ.{finding.typ}"))
    if given := site.answers.get(finding.fingerprint):
        yield Tag("ruhig", "ziel", t(f"antwort.{given[-1].answer}"))
    if not site.history.first_run:
        days = (site.run.stichtag - finding.first_seen).days
        yield Tag("ruhig", "uhr", t("tag.offen_seit", n=days)) if days else Tag("ruhig", "neu", t("tag.neu"))


def history(site: Site, finding: Finding) -> list[Happening]:
    """Return what happened to a finding, newest first."""
    t = site.texts.plain
    found = [
        Happening(event.day, t("verlauf.lauf"), t(f"aenderung.{event.kind}"))
        for event in site.history.events.get(finding.fingerprint, ())
    ]
    if not any(event.day == finding.first_seen for event in found):
        found.append(
            Happening(
                finding.first_seen,
                t("verlauf.lauf"),
                t("verlauf.erstmals", fassung=site.rules[finding.rule_id].version),
            )
        )
    for answer in site.answers.get(finding.fingerprint, ()):
        text = t(f"antwort.{answer.answer}") + (f": {answer.reason}" if answer.reason else "")
        found.append(Happening(answer.day, t("verlauf.arbeitsliste"), text))
    if finding.waived_until:
        found.append(
            Happening(site.run.stichtag, t("verlauf.ausnahme"), t("verlauf.ausnahme_bis", tag=finding.waived_until))
        )
    return sorted(found, key=lambda event: (event.day, event.source, event.text), reverse=True)


def finding_lanes(site: Site, cards: Sequence[Card]) -> list[Lane]:
    """Return lanes for what the findings say: gaps, other dates, the expected window, and since when it is reported."""
    t, stichtag = site.texts.plain, site.run.stichtag
    lanes = [
        Lane(card.code, t("zeitstrahl.spur"), in_order(list(evidence_marks(site, card))))
        for card in [c for c in cards if c.finding.state == "open"][:MOST_FINDING_LANES]
    ]
    first = min((card.finding.first_seen for card in cards), default=stichtag)
    if first < stichtag:
        text = t("zeitstrahl.gemeldet", tag=first)
        reported = Mark(first.toordinal(), stichtag.toordinal(), text, False, True, "minus")
        lanes.append(Lane(t("rahmen.name"), t("zeitstrahl.laeufe"), [reported]))
    return lanes


def evidence_marks(site: Site, card: Card) -> Iterator[Mark]:
    """Yield the dates of a finding's evidence: pairs as a gap, a deadline as an expected window, else events."""
    t, stichtag = site.texts.plain, site.run.stichtag.toordinal()
    days = {
        name: date.fromisoformat(value).toordinal()
        for name, value in card.evidence.items()
        if isinstance(value, str) and is_iso_date(value)
    }
    for start_name, end_name in date_pairs(card.evidence):
        if (start := days.pop(start_name, None)) is None:
            continue
        end = days.pop(end_name, None)
        yield Mark(start, end or max(start, stichtag), t("zeitstrahl.luecke", n=(end or stichtag) - start + 1), False, True, "luecke")
    deadline = next((days.pop(name) for name in deadline_names(card.rule.expected, days)), None)
    if deadline:
        begin = max((day for day in days.values() if day < deadline), default=deadline - USUAL_WINDOW)
        yield Mark(begin, deadline, t("zeitstrahl.erwartet", tag=date.fromordinal(deadline)), False, True, "fenster")
        if deadline < stichtag and any(name.endswith("_am") for name in not_found(site, card.evidence)):
            yield Mark(deadline + 1, stichtag, t("zeitstrahl.nichts", n=stichtag - deadline), False, True, "luecke")
    for name, day in days.items():
        yield Mark(day, day, f"{site.column_title(name)} {datum(date.fromordinal(day))}", True, True)


def deadline_names(expected: str, days: Mapping[str, int]) -> list[str]:
    """Return the dates that say until when something was expected: a `frist`, or the one that `expected` names so."""
    named = [match[1] for match in EXPECTED_UNTIL.finditer(expected)]
    return [name for name in days if name == "frist" or name.startswith("frist_")] + [name for name in named if name in days]


def date_pairs(evidence: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the names that are a period: von/bis, also with a common prefix."""
    starts = [name for name in evidence if name == "von" or name.endswith("_von")]
    return [(name, name[:-3] + "bis") for name in starts if name[:-3] + "bis" in evidence]
