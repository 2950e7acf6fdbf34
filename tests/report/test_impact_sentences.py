"""The sentences that say what putting findings right would change: grammar, signs, and what stays hidden."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from amip_dq.model import Direction, FigureResult, Impact, ImpactResult, KeyFigure
from amip_dq.report.impact import for_leadership, notes, of_rule, offices, sentence
from amip_dq.report.texts import load_texts

FIGURE = KeyFigure("kennzahl.lzb", "LZB im Vergleich zum Vorjahr", "person", (), "ziel", Direction.CHANGE, (), {}, "", offset=Decimal(-1))
IMPACT = Impact("kennzahl.lzb", "anspruch", "der LZB-Bestand", "Wäre dieser Abschluss angeordnet", "Wären diese {n} Abschlüsse angeordnet",
                {}, (), "", "Nimmt an, dass der Tag stimmt.")  # fmt: skip
RULE = SimpleNamespace(id="f.a", impact=IMPACT, kennzahlen=("K3",), control=SimpleNamespace(id="F-001"))


def an_answer(corrected, before, after, base=(3000, 3000), findings=None, office=None, target=Decimal("-6.9"), error=None):
    sides = [FigureResult(FIGURE, "gesamt", n, d, 0, target) for n, d in zip((before, after), base, strict=True)]
    if error:
        sides[1] = FigureResult(FIGURE, "gesamt", None, None, 0, target, error)
    return ImpactResult(RULE, office, findings or corrected, corrected, *sides)


def a_site(*answers, results=()):
    run = SimpleNamespace(impacts=answers, results=results)
    content = SimpleNamespace(key_figures=(FIGURE,))
    return SimpleNamespace(texts=load_texts(), run=run, content=content, results={r.rule.id: r for r in results})


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (an_answer(37, 3000, 2979), "Wären diese 37 Abschlüsse angeordnet, sänke der LZB-Bestand um 21 (−0,7 Prozentpunkte)."),
        (an_answer(1, 3000, 3001), "Wäre dieser Abschluss angeordnet, stiege der LZB-Bestand um 1 (+0,03 Prozentpunkte)."),
        (an_answer(1200, 3000, 3000), "Wären diese 1.200 Abschlüsse angeordnet, bliebe der LZB-Bestand unverändert."),
        (an_answer(3, 3000, 3000, (3000, 2990)),
         "Wären diese 3 Abschlüsse angeordnet, bliebe der LZB-Bestand unverändert; weil sich die Grundzahl ändert, "
         "änderte sich die Kennzahl um +0,3 Prozentpunkte."),
        (an_answer(9, 2800, 2793),
         "Wären diese 9 Abschlüsse angeordnet, sänke der LZB-Bestand um 7 (−0,2 Prozentpunkte). Das Ziel wäre damit erreicht."),
        (an_answer(0, 3000, 3000, findings=12), "Nicht berechenbar: Bei keinem der 12 Befunde steht fest, was sich ändert."),
        (an_answer(0, 3000, 3000, findings=1), "Nicht berechenbar: Beim einzigen Befund steht nicht fest, was sich ändert."),
        (an_answer(0, 3000, None, findings=4, error="Zeit überschritten"), "Nicht berechenbar: Zeit überschritten."),
        (an_answer(4, 3000, 10, (3000, 0)), "Nicht berechenbar: Die Regel wurde nicht geprüft, oder die Kennzahl ist nicht gemessen."),
    ],
)  # fmt: skip
def test_sentences(answer, text):
    assert sentence(a_site(answer), answer) == text


def test_a_part_of_the_findings_and_the_assumption_are_named():
    assert notes(a_site(), an_answer(37, 3000, 2979, findings=45)) == (
        "Berechnet mit 37 von 45 Befunden; bei den übrigen steht nicht fest, was sich ändert.", "Nimmt an, dass der Tag stimmt.",
    )  # fmt: skip
    assert notes(a_site(), an_answer(45, 3000, 2979)) == ("Nimmt an, dass der Tag stimmt.",)


def test_offices_hide_one_and_two_and_what_gives_them_away():
    answers = [an_answer(n, 3000, 3000 - n, office=name) for name, n in (("Nord", 9), ("Süd", 2), ("West", 5))]
    assert offices(a_site(*answers), RULE) == (("Nord", "−9", "−0,3 Prozentpunkte"), ("Süd", "*", "*"), ("West", "*", "*"))
    assert offices(a_site(answers[0]), RULE) == ()


def test_an_office_without_a_determined_finding_is_not_computable():
    answers = [an_answer(9, 3000, 2991, office="Nord"), an_answer(0, 3000, 3000, findings=8, office="Süd")]
    assert offices(a_site(*answers), RULE)[1] == ("Süd", "nicht berechenbar", "")


def test_leadership_sees_no_small_number_and_how_many_rules_stay_silent():
    other = SimpleNamespace(rule=SimpleNamespace(id="x.y", kennzahlen=("K1",)), violation=7)
    shown, silent = for_leadership(a_site(an_answer(9, 3000, 2999), results=(other,)))
    assert [w.text for w in shown] == ["Ein oder zwei Fälle; nicht ausgewiesen."]
    assert silent == 1


def test_a_rule_without_correction_says_so_only_where_it_distorts_a_figure():
    rule = SimpleNamespace(id="x.y", impact=None, kennzahlen=("K1",))
    assert of_rule(a_site(), rule).text.startswith("Nicht berechenbar: Wie die Daten")
    assert of_rule(a_site(), SimpleNamespace(id="x.y", impact=None, kennzahlen=())) is None


def test_no_finding_no_effect():
    result = SimpleNamespace(rule=RULE, violation=0, error=None, missing_tables=())
    assert of_rule(a_site(results=(result,)), RULE).text == "Kein Befund, also keine Wirkung."
    assert of_rule(a_site(), RULE).text.startswith("Nicht berechenbar: Die Regel wurde nicht geprüft")
