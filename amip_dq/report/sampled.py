"""What audit samples say of rules and key figures, in the words of the pages."""

from __future__ import annotations

from decimal import Decimal

from markupsafe import Markup

from amip_dq.model import Estimate, Lifecycle, Rule, RuleSample, SampledQuota, SampleSource
from amip_dq.report.german import dezimal
from amip_dq.report.site import Site

PARAMETER, PERCENT = "treffsicherheit_mindest_prozent", 80


def least_precision(site: Site) -> Decimal:
    """Return the precision in per cent below which a rule is proposed for trial; the content may set it."""
    parameter = site.content.parameters.get(PARAMETER)
    return Decimal(str(parameter.value_on(site.run.stichtag))) if parameter else Decimal(PERCENT)


def changed_since(site: Site, sample: RuleSample) -> bool:
    """Tell whether the rule's verdicts changed after the day that the sample looked at."""
    changes = site.history.rule_changes
    return any(c.rule_id == sample.rule_id and c.stichtag > sample.source.stichtag for c in changes)


def proposed_for_pilot(site: Site, rule: Rule) -> bool:
    """Tell whether even the upper limit of an active rule's precision lies below the demanded one."""
    sample = site.history.samples.rules.get(rule.id)
    if sample is None or rule.status is not Lifecycle.AKTIV or changed_since(site, sample):
        return False
    return sample.precision.upper * 100 < least_precision(site)


def rule_sentences(site: Site, rule: Rule) -> list[Markup]:
    """Return what the newest sample says of a rule: precision, recall never without its interval, origin, proposal."""
    sample, t = site.history.samples.rules.get(rule.id), site.texts
    if sample is None:
        return []
    told = [t("stichprobe.treffer", n=sample.wrong, alle=sample.examined, **spelled(sample.precision))]
    if sample.recall is None:
        told.append(t("stichprobe.ohne_fehlerhafte"))
    else:
        told.append(t("stichprobe.findet", n=sample.missed_wrong, **spelled(sample.recall)))
    told += source_sentences(site, sample.source)
    if changed_since(site, sample):
        told.append(t("stichprobe.geaendert"))
    if proposed_for_pilot(site, rule):
        told.append(t("stichprobe.vorschlag", grenze=percent(least_precision(site) / 100)))
    return told


def quota_sentences(site: Site, figure_id: str) -> list[Markup]:
    """Return how far auditors confirmed a key figure; the lower limit comes first."""
    quota: SampledQuota | None = site.history.samples.quotas.get(figure_id)
    if quota is None:
        return []
    told = site.texts(
        "stichprobe.bestaetigt", n=quota.right, alle=quota.examined, mindestens=percent(quota.at_least, 1),
        **spelled(quota.value, 1),
    )  # fmt: skip
    return [told, *source_sentences(site, quota.source)]


def source_sentences(site: Site, source: SampleSource) -> list[Markup]:
    """Return which sample a figure comes from, and what weakens it."""
    t = site.texts
    told = [t("stichprobe.quelle", tag=source.stichtag, sicherheit=percent(source.confidence))]
    if source.draw_number > 1:
        told.append(t("stichprobe.ziehung", n=source.draw_number))
    if not source.secured:
        told.append(t("stichprobe.ungesichert"))
    return told


def spelled(rates: Estimate, places: int = 0) -> dict[str, str]:
    """Return an estimate as `anteil`, `von` and `bis`."""
    return {
        "anteil": percent(rates.point, places),
        "von": percent(rates.lower, places).removesuffix(" %"),
        "bis": percent(rates.upper, places),
    }


def percent(rate: Decimal, places: int = 0) -> str:
    """Return a rate as 70 % or 91,2 %, a whole number without decimals."""
    return dezimal(rate * 100, places).removesuffix(",0") + " %"
