"""The fifteen ways in which audit samples go wrong, each as a test."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction

import pytest
from audit_office import FAULT, KEY, RIGHT, a_frame, with_errors

from amip_dq.errors import SamplingError
from amip_dq.sampling import evaluate_attribute, evaluate_stringer, plan_attribute, stratified_estimate
from amip_dq.sampling.frame import Listed, freeze
from amip_dq.sampling.planning import chance_of_success
from amip_dq.sampling.rates import ceil_of, exact

ATTRIBUTE = 'verfahren: attribut\ntolerierbar: "0.05"\nerwartet: {faelle: 2}\n'


def result(office) -> dict:
    return json.loads(office.path("bericht/result.json").read_text(encoding="utf-8"))


def page(office) -> str:
    return office.path("bericht/bericht.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("rate", ["0.07", 0.07])
def test_01_no_float_in_a_ceiling(rate):
    assert ceil_of(exact(rate), 1300) == 91
    plan = plan_attribute(distribution="binomial", confidence=0.9, tolerable_rate=0.08, expected_rate=rate)
    assert (plan.sample_size, plan.acceptable_errors) == (1300, 91)
    # ⌈0,06 · 50⌉ = 3, where 0.06 * 50 is 3.0000000000000004 in some orders of multiplication
    assert (
        plan_attribute(confidence="0.95", tolerable_rate="0.06", expected_errors=0, population_size=50).sample_size
        == 31
    )


def test_02_cases_without_replacement_money_with_hits(office):
    office.draw('verfahren: mus\ntolerierbar: "0.05"\n', size=40, amount=lambda i: "9000,00" if i == 1 else "100,00")
    rows = office.path("ziehung/reihenfolge.csv").read_text().splitlines()[1:]
    assert len({row.split(";")[-1] for row in rows}) == 40
    assert any(row.split(";")[2] == "vollerfassung" for row in rows)
    once = evaluate_stringer(confidence="0.95", sample_size=60, book_values=[100], audit_values=[50])
    twice = evaluate_stringer(confidence="0.95", sample_size=60, book_values=[100], audit_values=[50], times=[2])
    assert twice.upper_rate > once.upper_rate


def test_03_a_lost_file_is_an_error_and_both_bounds_are_told(office):
    office.draw(ATTRIBUTE)
    lost = {**RIGHT, "A2": "nicht prüfbar", "bemerkung": "Akte nicht auffindbar"}
    assert office.audit(with_errors(3, lost)) == 1
    assert result(office)["errors"] == 3 and result(office)["not_examinable"] == 3
    assert "Wären alle richtig" in page(office) and "wären alle falsch" in page(office)


def test_04_replacement_only_by_the_next_ticket_with_reason_and_counted(office):
    office.draw(ATTRIBUTE)
    away = {
        "A1": "nicht anwendbar",
        "A2": "nicht anwendbar",
        "A3": "nicht anwendbar",
        "pruefer": "P1",
        "datum": "03.07.2025",
    }
    sheet = office.filled(with_errors(2, away))
    assert office.run("import", sheet, "--draw", "@ziehung", "--out", "@ergebnis.json") == 2  # the reason is missing
    reasoned = office.filled(with_errors(2, {**away, "bemerkung": "zurückgenommen"}), "zwei.csv")
    assert office.run("import", reasoned, "--draw", "@ziehung", "--out", "@ergebnis.json") == 0
    assert office.run("evaluate", "@ergebnis.json", "--out", "@bericht") == 2  # incomplete: no rate
    following = office.filled(with_errors(0), "nachzug.csv", "--next", str(office.path("ergebnis.json")))
    order = [row.split(";") for row in office.path("ziehung/reihenfolge.csv").read_text().splitlines()[1:]]
    reserve = [row[-1] for row in order if row[2] == "reserve"][:2]
    numbers = dict(line.split(";") for line in office.path("ziehung/vertraulich/nummern.csv").read_text().splitlines())
    drawn = {row[1] for row in office.rows("nachzug.csv")[7:]}
    assert drawn == {numbers[unit] for unit in reserve}
    assert (
        office.run("import", following, "--draw", "@ziehung", "--previous", "@ergebnis.json", "--out", "@ergebnis.json")
        == 0
    )
    assert office.run("evaluate", "@ergebnis.json", "--out", "@bericht") == 0
    assert result(office)["replaced"] == 2 and result(office)["examined"] == 119


@pytest.mark.parametrize("double", ["B1", " B1", "b1", "B 1", "000B1", "Ｂ1"])
def test_05_duplicates_in_any_spelling_are_refused(double):
    rows = [Listed("B1", 2), Listed("B2", 3), Listed(double, 4)]
    with pytest.raises(SamplingError, match="Zeile 2, 4"):
        freeze(rows, key=KEY, unit="bg", stichtag=date(2025, 6, 30))


def test_06_units_are_counted_not_persons_or_months(office, capsys):
    """A plan may not count something else than what is drawn, and the plan says so."""
    office.draw(ATTRIBUTE)
    assert "nicht einzelne Personen, Monate oder Vorgänge" in capsys.readouterr().out
    office.plan(ATTRIBUTE.replace("verfahren", "kriterium: person\nverfahren"), "falsch.yaml")
    assert office.run("plan", "@rahmen", "--plan", "@falsch.yaml") == 2
    # three members of a case that are all wrong or all right: the cluster variance is three times the naive one
    totals = [3, 0, 3, 0, 3, 0]
    cluster = stratified_estimate(kind="cluster_mean", fpc=False, n=6, cluster_totals=totals, cluster_sizes=[3] * 6)
    naive = stratified_estimate(kind="mean", fpc=False, n=18, N=100, values=[1, 1, 1, 0, 0, 0] * 3)
    assert cluster.standard_error**2 / naive.standard_error**2 > 3


def test_07_zero_amounts_have_a_stratum_of_their_own(office, capsys):
    office.list_cases(100, amount=lambda i: "0,00" if i <= 10 else "50,00")
    office.plan('verfahren: mus\ntolerierbar: "0.1"\n')
    office.run(
        "frame",
        "@liste.csv",
        "--unit",
        "bg",
        "--key",
        "bg_nr",
        "--amount",
        "betrag",
        "--stichtag",
        "2025-06-30",
        "--out",
        "@rahmen",
    )
    assert office.run("plan", "@rahmen", "--plan", "@plan.yaml") == 2
    assert "null_und_negativ" in capsys.readouterr().err
    office.plan('verfahren: mus\ntolerierbar: "0.1"\nnull_und_negativ: alle\n')
    assert office.run("plan", "@rahmen", "--plan", "@plan.yaml", "--date", "2025-07-01") == 0
    assert (
        office.run("draw", "@plan.yaml", "--public-value", "x", "--public-date", "2025-07-02", "--out", "@ziehung") == 0
    )
    rows = [row.split(";") for row in office.path("ziehung/reihenfolge.csv").read_text().splitlines()[1:]]
    assert sum(row[0] == "null_und_negativ" and row[2] == "stichprobe" for row in rows) == 10


def test_08_the_chance_of_success_of_a_zero_error_plan_is_told(office, capsys):
    assert chance_of_success(Fraction(1, 50), 57, 0, 1000) == pytest.approx(0.307, abs=0.002)
    office.draw(ATTRIBUTE.replace("2", "0"))
    told = capsys.readouterr().out
    assert "Liegt die wahre Quote bei 2,00 %, gelingt der Nachweis in etwa 31 von 100 Prüfungen." in told


def test_09_several_criteria_weaken_the_confidence(office, capsys):
    office.draw(ATTRIBUTE)
    assert "jedes der 3 Kriterien einzeln" in capsys.readouterr().out


def test_10_the_order_of_the_list_plays_no_part():
    rows = [Listed(f"B{i}", i, cents=i) for i in range(1, 200)]
    one = freeze(rows, key=KEY, unit="bg", stichtag=date(2025, 6, 30))
    two = freeze(rows[::-1], key=KEY, unit="bg", stichtag=date(2025, 6, 30))
    assert one.sha256 == two.sha256 and one.units == two.units


@pytest.mark.parametrize(
    "part, change", [("plan", ("tolerierbar", "0.20")), ("plan", ("titel", "anders")), ("berechnet", ("accepted", 9))]
)
def test_11_a_plan_changed_after_the_draw_shows(office, capsys, part, change):
    office.draw(ATTRIBUTE)
    assert office.audit(with_errors(4)) == 1
    for name in ("ziehung/ziehung.json", "ergebnis.json"):
        told = json.loads(office.path(name).read_text(encoding="utf-8"))
        told["plan"][part][change[0]] = change[1]
        office.path(name).write_text(json.dumps(told), encoding="utf-8")
    assert office.run("verify", "@ziehung", "--frame", "@rahmen") == 1
    assert "stimmt NICHT: Der Plan" in capsys.readouterr().out
    assert office.run("evaluate", "@ergebnis.json", "--out", "@neu") == 2
    stored = json.loads(office.path("plan-hinterlegt/plan.json").read_text(encoding="utf-8"))
    stored["content"][part][change[0]] = change[1]
    office.path("plan-hinterlegt/plan.json").write_text(json.dumps(stored), encoding="utf-8")
    assert office.run("draw", "@plan.yaml", "--public-value", "y", "--public-date", "2025-07-02", "--out", "@zwei") == 2


def test_12_edges():
    with pytest.raises(SamplingError):
        evaluate_attribute(confidence="0.95", sample_size=11, errors=0, population_size=10)
    with pytest.raises(SamplingError):
        evaluate_attribute(confidence="0.95", sample_size=3, errors=4, population_size=10)
    one = plan_attribute(confidence="0.95", tolerable_rate="0.05", expected_errors=0, population_size=1)
    assert one.sample_size == 1 and one.full_audit
    assert plan_attribute(confidence="0.95", tolerable_rate="0.05", expected_errors=0, population_size=19).full_audit
    with pytest.raises(SamplingError):
        plan_attribute(confidence="0.95", tolerable_rate="0.05", expected_errors=1, population_size=19)
    full = evaluate_attribute(confidence="0.95", sample_size=10, errors=3, population_size=10, sided="two")
    assert (full.lower_count, full.upper_count) == (3, 3)
    worst = evaluate_attribute(confidence="0.95", sample_size=5, errors=5, distribution="binomial", sided="two")
    assert worst.upper_rate == 1.0 and worst.lower_rate > 0.4


def test_12b_a_full_audit_says_so(office):
    office.draw('verfahren: attribut\ntolerierbar: "0.05"\nerwartet: {faelle: 0}\n', size=19)
    assert office.audit(with_errors(1)) == 3
    assert "Vollprüfung" in page(office) and "überschritten" in page(office)


def test_13_one_sided_and_two_sided_limits_are_not_mixed_up(office):
    one = evaluate_attribute(confidence="0.975", sample_size=100, errors=3, population_size=1000)
    two = evaluate_attribute(confidence="0.95", sample_size=100, errors=3, population_size=1000, sided="two")
    assert one.upper_count == two.upper_count
    office.draw(ATTRIBUTE)
    office.audit(with_errors(4))
    assert "einseitig, für die Entscheidung" in page(office) and "zweiseitig, zur Information" in page(office)


@pytest.mark.parametrize("errors", [0, 1, 2])
def test_14_no_limit_is_negative(errors):
    for distribution, size in (("hypergeometric", 200), ("binomial", None), ("poisson", None)):
        found = evaluate_attribute(confidence="0.95", sample_size=50, errors=errors, population_size=size,
                                   distribution=distribution, sided="two")  # fmt: skip
        assert 0 <= found.lower_rate <= found.rate <= found.upper_rate <= 1


def test_15_tiny_strata_are_not_shown(office):
    strata = "schichten: [{name: gross, n: 60}, {name: klein, n: 3}, {name: mittel, n: 20}]\n"
    office.draw('verfahren: attribut\ntolerierbar: "0.2"\n' + strata, "--stratum", "team", size=103,
                stratum=lambda i: "klein" if i <= 3 else "mittel" if i <= 33 else "gross")  # fmt: skip
    office.audit(lambda place, row: FAULT if row["schicht"] == "klein" else RIGHT)
    table = page(office).partition("<h2>Schichten</h2>")[2].partition("</table>")[0]
    assert table.count("<td>zu klein</td>") == 2 and "gross" in table  # hiding one alone would give it away
    assert "<td>60</td>" in table and "<td>3</td>" not in table


def test_the_frame_of_a_test_has_what_it_says():
    assert len(a_frame(30).units) == 30
