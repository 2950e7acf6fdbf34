"""Says in words what a key figure would be, were the findings of a rule put right, and plainly where that is not computable."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from amip_dq.model import ImpactResult, Rule
from amip_dq.report.german import SECRET, mit_vorzeichen, zahl
from amip_dq.report.goals import WHOLE
from amip_dq.report.site import Site
from amip_dq.report.suppression import SMALL, hidden_places

FINEST = 4  # decimal places at which a small change of a large figure is still shown


@dataclass(frozen=True)
class WhatIf:
    """One rule's answer as a page shows it; `offices` are (name, change of the count, change of the value)."""

    rule: Rule
    text: str
    notes: tuple[str, ...] = ()
    offices: tuple[tuple[str, str, str], ...] = ()
    figure: str = ""


def answers(site: Site) -> list[ImpactResult]:
    """Return the computable answers for the whole office, the largest change of a value first."""
    found = [r for r in site.run.impacts if r.office is None and r.slice == WHOLE and r.computable]
    return sorted(found, key=lambda r: (-abs(r.points), -abs(r.change), r.rule.control.id))


def of_rule(site: Site, rule: Rule) -> WhatIf | None:
    """Return what a rule's own page says; nothing where the rule distorts no published figure."""
    if rule.impact is None:
        return WhatIf(rule, site.texts.plain("wirkung.keine_korrektur")) if rule.kennzahlen else None
    title = next((f.title for f in site.content.key_figures if f.id == rule.impact.figure), "")
    whole = next((r for r in site.run.impacts if r.rule.id == rule.id and r.office is None and r.slice == WHOLE), None)
    if whole is not None:
        return WhatIf(rule, sentence(site, whole), notes(site, whole), offices(site, rule), title)
    result = site.results.get(rule.id)
    found_nothing = result is not None and result.error is None and not result.missing_tables and not result.violation
    return WhatIf(
        rule, site.texts.plain("wirkung.kein_befund" if found_nothing else "wirkung.nicht_gemessen"), figure=title
    )


def by_key_figure(site: Site) -> dict[str, list[WhatIf]]:
    """Return, for each key figure, the sentences of the rules that change it."""
    found: dict[str, list[WhatIf]] = defaultdict(list)
    for answer in answers(site):
        found[answer.figure.id].append(WhatIf(answer.rule, sentence(site, answer)))
    return found


def for_leadership(site: Site) -> tuple[list[WhatIf], int]:
    """Return the sentences without small numbers, and how many rules with findings have an effect that is not computable."""
    shown = [
        WhatIf(a.rule, site.texts.plain("wirkung.klein") if is_small(a) else sentence(site, a)) for a in answers(site)
    ]
    told = {answer.rule.id for answer in answers(site)}
    silent = [r for r in site.run.results if r.violation and r.rule.kennzahlen and r.rule.id not in told]
    return shown, len(silent)


def is_small(answer: ImpactResult) -> bool:
    """Tell whether a sentence would name one or two cases."""
    return bool({answer.findings, answer.corrected, abs(answer.change)} & set(SMALL))


def sentence(site: Site, answer: ImpactResult) -> str:
    """Return `Wären diese 37 Abschlüsse angeordnet, sänke der LZB-Bestand um 21 (−0,7 Prozentpunkte).`"""
    t, impact = site.texts.plain, answer.rule.impact
    if answer.after.error:
        return t("wirkung.gescheitert", grund=answer.after.error)
    if not answer.corrected:
        return t("wirkung.unbestimmt", n=answer.findings)
    if not answer.computable:
        return t("wirkung.nicht_gemessen")
    opening = impact.one if answer.corrected == 1 else impact.many.replace("{n}", zahl(answer.corrected))
    kind = (
        "steigt" if answer.change > 0 else "sinkt" if answer.change < 0 else "nur_wert" if answer.points else "gleich"
    )
    text = t(f"wirkung.{kind}", anfang=opening, was=impact.count, n=abs(answer.change), punkte=points(site, answer))
    if answer.before.reached == answer.after.reached or None in (answer.before.reached, answer.after.reached):
        return text
    return f"{text} {t('wirkung.erreicht' if answer.after.reached else 'wirkung.verfehlt')}"


def points(site: Site, answer: ImpactResult) -> str:
    """Return a change of the value with sign and unit, as fine as it takes to be more than zero."""
    places = answer.figure.decimals
    while places < FINEST and answer.points and abs(answer.points) * 10**places < Fraction(1, 2):
        places += 1
    number = mit_vorzeichen(Decimal(answer.points.numerator) / answer.points.denominator, places)
    return site.texts.plain("wirkung.punkte", punkte=number) if answer.figure.percent else number


def notes(site: Site, answer: ImpactResult) -> tuple[str, ...]:
    """Return how many findings the answer rests on, and what it assumes."""
    if not answer.computable:
        return ()
    part = (
        site.texts.plain("wirkung.teil", n=answer.corrected, alle=answer.findings)
        if answer.corrected < answer.findings
        else ""
    )
    return tuple(text for text in (part, answer.rule.impact.assumption) if text)


def offices(site: Site, rule: Rule) -> tuple[tuple[str, str, str], ...]:
    """Return the changes where there are several offices; small ones, and those that give them away, are hidden."""
    lines = [r for r in site.run.impacts if r.rule.id == rule.id and r.office is not None and r.slice == WHOLE]
    if len(lines) < 2:
        return ()
    names = [line.office for line in lines]
    few = frozenset((line.office, "n") for line in lines if {line.findings, line.corrected} & set(SMALL))
    hidden = hidden_places({(r.office, "n"): abs(r.change or 0) for r in lines}, names, ["n"], False, few)
    found = []
    for line in lines:
        if (line.office, "n") in hidden or (line.computable and is_small(line)):
            found.append((line.office, SECRET, SECRET))
        elif line.computable:
            found.append((line.office, mit_vorzeichen(line.change), points(site, line)))
        else:
            found.append((line.office, site.texts.plain("wirkung.nicht_berechenbar"), ""))
    return tuple(found)
