"""What audit samples say stands where people look for it, with its interval, and proposes only what it shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from report_pages import Page, text_of

from amip_dq.model import Estimate, History, RuleChange, RuleSample, SampledQuota, Samples, SampleSource
from amip_dq.report import write_run
from amip_dq.report.names import file_names

RULE, OTHER, FIGURE = "leser.gruppe_fehlt", "leser.besuch_fehlt", "kennzahl.rueckgabe"
SOURCE = SampleSource(date(2022, 3, 31), Decimal("0.95"), 1, True)
SENTENCE = (
    "Von 60 geprüften Treffern waren 42 tatsächlich fehlerhaft (70 %; 59 bis 79 %). Die Regel findet geschätzt 57 % "
    "der fehlerhaften Fälle; die Spanne reicht von 34 bis 82 %, weil unter den nicht gemeldeten geprüften Fällen "
    "3 fehlerhaft waren. Stichprobe zum Stichtag 31.03.2022, 95 % Sicherheit."
)
PROPOSAL = "Vorschlag: Status pilot"


def page_of(rule_id: str) -> str:
    return f"regel/{file_names([rule_id])[rule_id]}.html"


def rates(*values: str) -> Estimate:
    return Estimate(*map(Decimal, values))


def a_sample(rule_id: str = RULE, upper: str = "0.788889", **more) -> RuleSample:
    """The worked example of the sampling text: 42 of 60 hits wrong, 3 of 120 others."""
    sample = RuleSample(
        rule_id, SOURCE, 180, 60, 42, 3, rates("0.7", "0.594444", upper), rates("0.568807", "0.340000", "0.820000")
    )
    return replace(sample, **more)


@pytest.fixture
def pages(library, tmp_path):
    """Return a writer of the pages for some samples: a function from path to what a reader sees."""

    def write(*rules: RuleSample, quota: SampledQuota | None = None, **more):
        samples = Samples({rule.rule_id: rule for rule in rules}, {quota.figure_id: quota} if quota else {})
        content = more.pop("content", library.content)
        write_run(library.run, content, library.con, tmp_path / "a", history=History(samples=samples, **more))

        def read(path: str) -> str:
            text = (tmp_path / "a" / path).read_text("utf-8")
            Page(text)
            return text_of(text).replace(" .", ".").replace(" ,", ",")

        return read

    return write


def test_rule_page_and_evidence_say_what_the_sample_found(pages):
    read = pages(a_sample(), a_sample(OTHER, "0.850000"))
    for path in (page_of(RULE), "nachweis.html"):
        assert SENTENCE in read(path) and f"{PROPOSAL}, denn" in read(path)
    assert PROPOSAL not in read(page_of(OTHER))  # 85 % cannot be excluded
    evidence = read("nachweis.html")
    assert evidence.count(PROPOSAL) == 1 and evidence.index("B-002 Keine Gruppe") < evidence.index(PROPOSAL)


def test_without_a_sample_nothing_is_said(pages):
    read = pages()
    for path in (page_of(RULE), "nachweis.html", "ziele.html"):
        assert "tichprobe" not in read(path)


def test_a_rule_changed_since_is_not_proposed(pages):
    read = pages(a_sample(), rule_changes=(RuleChange(date(2022, 4, 1), RULE, 1, 2),))
    assert "Die Regel wurde seitdem geändert." in read("nachweis.html") and PROPOSAL not in read("nachweis.html")


def test_the_content_may_set_the_limit(library, pages):
    known = library.content.parameters["mahnfrist_tage"]
    day = min(known.values)
    own = replace(known, name="treffsicherheit_mindest_prozent", values={day: replace(known.values[day], value=75)})
    read = pages(a_sample(), content=replace(library.content, parameters={**library.content.parameters, own.name: own}))
    assert PROPOSAL not in read("nachweis.html")


def test_recall_that_cannot_be_estimated_and_a_weak_draw_are_said(pages):
    weak = replace(SOURCE, draw_number=2, secured=False)
    read = pages(a_sample(source=weak, wrong=0, missed_wrong=0, precision=rates("0", "0", "0.05"), recall=None))
    text = read(page_of(RULE))
    assert "Von 60 geprüften Treffern war keiner tatsächlich fehlerhaft (0 %; 0 bis 5 %)." in text
    assert "lässt sich nicht schätzen" in text and "findet geschätzt" not in text
    assert "Es war die 2. Ziehung aus diesem Bestand." in text and "nicht gegen Vorauswahl gesichert" in text


def test_goals_show_the_confirmed_quota(pages):
    quota = SampledQuota(FIGURE, SOURCE, 58, 60, rates("0.966667", "0.887000", "0.995000"), Decimal("0.9"))
    text = pages(quota=quota)("ziele.html")
    assert "Durch Stichprobe bestätigt: mindestens 90 %. Von 60 geprüften Fällen waren 58 in Ordnung" in text
    assert "hochgerechnet 96,7 % (88,7 bis 99,5 %). Stichprobe zum Stichtag 31.03.2022" in text
