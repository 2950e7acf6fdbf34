"""The programme's published figures follow from its own counts, by the key figures that the tool measures."""

from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from amip_dq.cli.reconcile import reconcile
from amip_dq.model import Direction, FigureResult

TABLES = Path(__file__).resolve().parents[2] / "docs" / "examples" / "amip_2022_tabellen.yaml"


def measured(shipped, name, numerator, denominator, target=None):
    """Return a key figure's result for counts that the programme prints."""
    figure = next(figure for figure in shipped.key_figures if figure.id == f"kennzahl.{name}")
    return FigureResult(figure, "gesamt", numerator, denominator, 0, None if target is None else Decimal(target))


def printed(result):
    """Return the value as the programme prints it: per cent, one decimal, half up."""
    return (result.value * 100).quantize(Decimal("0.1"), rounding="ROUND_HALF_UP")


@pytest.mark.parametrize(
    ("who", "integrations", "mean_stock", "value"),
    [
        ("Ist 2021", 1024, 4554, "22.5"),
        ("Ist 2021, Frauen", 399, 2178, "18.3"),
        ("Ist 2021, Männer", 625, 2376, "26.3"),
        ("Plan 2022", 940, 4230, "22.2"),
        ("Plan 2022, Frauen", 399, 1985, "20.1"),
        ("Plan 2022, Männer", 541, 2245, "24.1"),
    ],
)
def test_integration_quota(shipped, who, integrations, mean_stock, value):
    result = measured(shipped, "integrationsquote", integrations, 12 * mean_stock)
    assert printed(result) == Decimal(value), who


@pytest.mark.parametrize(
    ("women", "men", "both"), [(399, 625, 1024), (399, 541, 940), (2178, 2376, 4554), (1985, 2245, 4230)]
)
def test_women_and_men_add_up(women, men, both):
    assert women + men == both


def test_long_term_recipients_are_about_seventy_two_per_cent(shipped):
    assert printed(measured(shipped, "lzb_anteil", 3256, 4554)) == Decimal("71.5")


def test_lone_parents_add_up():
    assert 514 + 58 == 572


@pytest.mark.parametrize(
    ("before", "now", "difference", "percent"),
    [
        (8_118_736, 7_485_249, -633_487, "-7.8"),
        (6_531_000, 5_694_095, -836_905, "-12.8"),
        (14_649_736, 13_179_344, -1_470_392, "-10.0"),
    ],
)
def test_budgets_fall_as_printed(before, now, difference, percent):
    assert now - before == difference
    assert (Decimal(100 * difference) / before).quantize(Decimal("0.1")) == Decimal(percent)


@pytest.mark.parametrize(("now", "reached"), [(3031, True), (3032, False)])
def test_long_term_recipients_fall_by_the_promised_share(shipped, now, reached):
    result = measured(shipped, "lzb_bestand", now, 3256, "-6.9")
    assert result.reached is reached
    assert result.figure.direction is Direction.CHANGE


def test_the_promised_stock_is_the_promised_share(shipped):
    assert printed(measured(shipped, "lzb_bestand", 3031, 3256)) == Decimal("-6.9")


def test_the_quota_changes_relatively_while_integrations_fall_more(shipped):
    """−1,2 per cent is the change of the quota (from the counts, not from the printed quotas: −1,3)."""
    before, now = (measured(shipped, "integrationsquote", i, 12 * elb).exact for i, elb in ((1024, 4554), (940, 4230)))
    assert round(float(now / before - 1) * 100, 1) == -1.2
    assert round((940 / 1024 - 1) * 100, 1) == -8.2


@pytest.mark.parametrize(("good", "reached"), [(4099, True), (4098, False)])
def test_ninety_per_cent_is_decided_by_integers(shipped, good, reached):
    result = measured(shipped, "integrationsziel", good, 4554, "90")
    assert printed(result) == Decimal("90.0")
    assert result.reached is reached


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ziel_integrationsquote", "22.2"),
        ("ziel_integrationsquote_w", "20.1"),
        ("ziel_integrationsquote_m", "24.1"),
        ("ziel_lzb_bestand", "-6.9"),
        ("ziel_integrationsziel", "90"),
        ("ziel_vermittlungsvorschlaege_anoav", "5.0"),
        ("ziel_zweiter_arbeitsmarkt", "7.1"),
        ("ziel_hauptinstrumente", "50"),
        ("intensiv_anzahl", "5"),
        ("intensiv_monate", "6"),
    ],
)
def test_the_programmes_targets_are_the_parameters(shipped, name, value):
    parameter = shipped.parameters[name]
    (only,) = parameter.values.values()
    assert Decimal(str(only.value)) == Decimal(value)
    assert parameter.verified


def test_reconcile_finds_the_published_quotas_consistent():
    lines = CliRunner().invoke(reconcile, [str(TABLES)]).output.splitlines()
    own = [line for line in lines if line.startswith(("3.1 ", "4 ", "4.1 ", "5.3.2 "))]
    assert len(own) == 6
    assert all(" 0 widersprechen" in line for line in own)
