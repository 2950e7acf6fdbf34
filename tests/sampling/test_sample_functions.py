"""The pure functions against independent calculations, published examples and their own symmetry."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amip_dq.errors import SamplingError
from amip_dq.sampling import (
    allocate,
    evaluate_attribute,
    evaluate_stringer,
    plan_attribute,
    plan_mus,
    select_fixed_interval,
    stratified_estimate,
)
from amip_dq.sampling.chances import hypergeometric, hypergeometric_exact
from amip_dq.sampling.interval import top_stratum
from amip_dq.sampling.joint import joint_upper_count
from amip_dq.sampling.planning import acceptance_number, plan_precision
from amip_dq.sampling.two_phase import evaluate_rule

SIZES = {  # N: 95 % and 5 % with k = 0, 1, 2, 3, 5 errors; own calculation of the specification
    50: (31, 43, 50, None, None), 100: (45, 65, 81, 92, None), 200: (51, 78, 101, 121, 155),
    500: (56, 87, 114, 139, 186), 1000: (57, 90, 119, 146, 197), 5000: (59, 93, 123, 152, 206),
}  # fmt: skip


@pytest.mark.parametrize("size", SIZES)
def test_exact_sizes_of_small_populations(size):
    for k, n in zip((0, 1, 2, 3, 5), SIZES[size], strict=False):
        if n is None:
            with pytest.raises(SamplingError):
                plan_attribute(confidence="0.95", tolerable_rate="0.05", expected_errors=k, population_size=size)
        else:
            plan = plan_attribute(confidence="0.95", tolerable_rate="0.05", expected_errors=k, population_size=size)
            assert plan.sample_size == n


@settings(max_examples=60, deadline=None)
@given(size=st.integers(2, 60), share=st.integers(1, 99), k=st.integers(0, 4))
def test_the_plan_is_the_smallest_size_by_exact_arithmetic(size, share, k):
    wrong = math.ceil(Fraction(share, 100) * size)
    fits = [n for n in range(k + 1, size + 1) if hypergeometric_exact(k, size, wrong, n) <= Fraction(1, 20)]
    try:
        plan = plan_attribute(
            confidence="0.95", tolerable_rate=Fraction(share, 100), expected_errors=k, population_size=size
        )
        assert plan.sample_size == min(fits)
    except SamplingError:
        assert not fits


@settings(max_examples=60, deadline=None)
@given(size=st.integers(1, 40), data=st.data())
def test_limits_are_the_outermost_counts_that_are_not_rejected(size, data):
    n = data.draw(st.integers(1, size))
    x = data.draw(st.integers(0, n))
    risk = Fraction(1, 20)
    kept = [k for k in range(size + 1) if x <= k <= size - (n - x)]
    upper = max([k for k in kept if hypergeometric_exact(x, size, k, n) > risk], default=x)
    mirrored = [k for k in kept if hypergeometric_exact(n - x, size, size - k, n) > risk]
    found = evaluate_attribute(confidence="0.95", sample_size=n, errors=x, population_size=size, sided="upper")
    lower = evaluate_attribute(confidence="0.95", sample_size=n, errors=x, population_size=size, sided="lower")
    assert found.upper_count == upper and lower.lower_count == min(mirrored, default=x)


def test_float_tail_equals_the_exact_one():
    for x, size, wrong, n in ((0, 1000, 50, 57), (4, 20000, 300, 500), (91, 5000, 400, 1300)):
        assert hypergeometric(x, size, wrong, n) == pytest.approx(
            float(hypergeometric_exact(x, size, wrong, n)), rel=1e-9
        )


def test_acceptance_number_belongs_to_the_size_drawn():
    """93 cases support one error, 101 do not support two although 1 % of 101 rounds up to two."""
    assert acceptance_number(93, "0.95", "0.05", None) == 1
    assert acceptance_number(101, "0.95", "0.05", None) == 1
    assert acceptance_number(123, "0.95", "0.05", None) == 1
    assert acceptance_number(124, "0.95", "0.05", None) == 2
    assert acceptance_number(58, "0.95", "0.05", None) is None


@pytest.mark.parametrize(
    "confidence, tolerable, stage", [("0.9", "0.05", 49), ("0.95", "0.05", 61), ("0.95", "0.03", 103)]
)
def test_equal_two_stage_plans(confidence, tolerable, stage):
    plan = plan_attribute(distribution="binomial", confidence=confidence, tolerable_rate=tolerable, stages=[1, 0])
    assert (plan.sample_size_per_stage, plan.sample_size) == (stage, 2 * stage)


def test_sizes_for_a_wanted_precision():
    """samplingbook, sample.size.prop: examples of p. 57."""
    for precision, rate, size, n in (
        ("0.01", "0.5", None, 9604),
        ("0.01", "0.39", None, 9139),
        ("0.05", "0.5", 300, 169),
    ):
        assert plan_precision(confidence="0.95", precision=precision, expected_rate=rate, population_size=size) == n


def test_audit_risk_model_replaces_the_confidence():
    plan = plan_mus(audit_risk="0.05", inherent_risk=1, control_risk="0.52", tolerable_amount=7016, book_value=120000,
                    expected_fraction=0, method="hypergeometric")  # fmt: skip
    assert plan.sample_size == 39 and plan.detection_risk == pytest.approx(0.0961538461538462)
    with pytest.raises(SamplingError):
        plan_mus(confidence="0.95", audit_risk="0.05", inherent_risk=1, control_risk="0.52", tolerable_fraction="0.05")


def test_money_plans_agree_where_theories_meet():
    """Without expected errors the conservative AICPA size is the Poisson one or a rounding above it."""
    poisson = plan_mus(confidence="0.95", tolerable_fraction="0.05").sample_size
    assert plan_mus(method="aicpa_conservative", confidence="0.95", tolerable_fraction="0.05").sample_size == poisson
    both = plan_mus(method="hypergeometric", conservative=True, confidence="0.95", tolerable_amount=50_000,
                    expected_amount=10_000, book_value=1_000_000)  # fmt: skip
    exact = plan_mus(method="hypergeometric", confidence="0.95", tolerable_amount=50_000, expected_amount=10_000,
                     book_value=1_000_000)  # fmt: skip
    assert exact.sample_size < both.sample_size


def test_stringer_keeps_over_and_underpayments_apart():
    both = evaluate_stringer(confidence="0.95", sample_size=100, taints_nonzero=["0.5", "-0.2"])
    over = evaluate_stringer(confidence="0.95", sample_size=100, taints_nonzero=["0.5"])
    under = evaluate_stringer(confidence="0.95", sample_size=100, taints_nonzero=["0.2"])
    assert both.upper_rate == over.upper_rate and both.upper_rate_under == under.upper_rate
    assert both.most_likely_rate == pytest.approx(0.003) and both.over_rate == pytest.approx(0.005)


def test_stringer_counts_every_hit_of_an_item():
    once = evaluate_stringer(confidence="0.95", sample_size=60, book_values=[100], audit_values=[50])
    thrice = evaluate_stringer(confidence="0.95", sample_size=60, book_values=[100], audit_values=[50], times=[3])
    same = evaluate_stringer(confidence="0.95", sample_size=60, taints_nonzero=["0.5"] * 3)
    assert thrice == same and thrice.upper_rate > once.upper_rate


def test_interval_selection_hits_large_items_repeatedly():
    found = select_fixed_interval(sample_size=5, start="0.5", values=[1, 90, 1, 8])
    assert found.hits == {1: 1, 2: 4} and found.certain_rows == (2,)
    with pytest.raises(SamplingError):
        select_fixed_interval(sample_size=5, start=1, values=[1, -3])
    with pytest.raises(SamplingError):
        select_fixed_interval(sample_size=5, start=30, values=[100])


def test_the_top_stratum_is_taken_out_until_nothing_is_certain_any_more():
    """60 of 130 at n = 3 is certain; of the remaining 70 at n = 2 the 40 is, too."""
    found = top_stratum([60, 40, 20, 10], 3)
    assert found.rows == (0, 1) and found.remaining == 1 and found.interval == 30
    assert top_stratum([5, 5], 2).rows == (0, 1)


def test_allocation_sums_keeps_bounds_and_floors_hopeful_strata():
    strata = [{"N": 3000, "p": 0}, {"N": 40, "p": "0.5"}, {"N": 3, "p": "0.5"}]
    for method in ("proportional", "neyman", "cost_optimal"):
        parts = allocate(sample_size=200, method=method, strata=strata).allocation
        assert sum(parts) == 200 and all(2 <= n <= s["N"] for n, s in zip(parts, strata, strict=False))
    assert allocate(sample_size=500, strata=[{"N": n} for n in (5234, 2586, 649, 157)]).n_h == (303, 150, 38, 9)
    with pytest.raises(SamplingError):
        allocate(sample_size=5, strata=[{"N": 10}] * 3)


@settings(max_examples=50, deadline=None)
@given(sizes=st.lists(st.integers(1, 400), min_size=1, max_size=5), share=st.integers(0, 100))
def test_allocations_are_whole_within_bounds_and_complete(sizes, share):
    least, most = sum(min(2, size) for size in sizes), sum(sizes)
    total = max(1, least + (most - least) * share // 100)
    parts = allocate(sample_size=total, strata=[{"N": size} for size in sizes]).allocation
    assert sum(parts) == total and all(min(2, size) <= n <= size for n, size in zip(parts, sizes, strict=False))


@pytest.mark.parametrize("drawn, upper", [((40, 20), 82), ((24, 36), 47)])
def test_no_errors_in_strata_depends_on_the_allocation(drawn, upper):
    strata = [{"N": 400, "n": drawn[0], "errors": 0}, {"N": 600, "n": drawn[1], "errors": 0}]
    assert stratified_estimate(kind="proportion", confidence="0.95", sided="upper", strata=strata).upper_count == upper


def test_joint_limit_is_the_largest_sum_by_trying_all_divisions():
    parts, risk = [(12, 4, 1), (9, 5, 1)], Fraction(1, 20)
    best = 0
    for k1 in range(13):
        for k2 in range(10):
            chance = sum(
                (hypergeometric_exact(i, 12, k1, 4) - (hypergeometric_exact(i - 1, 12, k1, 4) if i else 0))
                * (hypergeometric_exact(j, 9, k2, 5) - (hypergeometric_exact(j - 1, 9, k2, 5) if j else 0))
                for i in range(5) for j in range(6) if 3 * i + Fraction(9, 5) * j <= 3 + Fraction(9, 5)
            )  # fmt: skip
            best = max(best, k1 + k2) if chance > risk else best
    assert joint_upper_count(parts, risk) == best


def test_korn_graubard_equals_clopper_pearson_at_the_effective_size():
    """One stratum without correction: the effective size is n − 1, as in svyciprop(method = "beta")."""
    found = stratified_estimate(kind="proportion", method="korn_graubard", confidence="0.95", fpc=False,
                                strata=[{"N": 100000, "n": 101, "errors": 20}])  # fmt: skip
    from scipy.stats import beta

    p = 20 / 101
    assert found.upper_rate == pytest.approx(beta.ppf(0.975, 100 * p + 1, 100 * (1 - p)), abs=1e-12)


@pytest.mark.parametrize("fpc, half", [(False, 12827.68), ("jasp", 11832.45), (True, 11826.53)])
def test_the_three_conventions_of_the_finite_correction(fpc, half):
    """N = 1000, n = 150: half widths of JASP's example; the spread is taken from the uncorrected one."""
    from scipy.stats import t

    var = (12827.68 / t.ppf(0.975, 149) / 1000) ** 2 * 150
    found = stratified_estimate(kind="total", confidence="0.95", fpc=fpc, N=1000, n=150, mean=757.2838, var=var)
    assert found.upper - found.total == pytest.approx(half, abs=0.02)


def test_few_differences_are_marked_as_unreliable():
    few = stratified_estimate(kind="difference", confidence="0.95", N=3500, n=100, nonzero_differences=[10] * 5)
    many = stratified_estimate(kind="difference", confidence="0.95", N=3500, n=100, nonzero_differences=[10] * 20)
    assert not few.reliable and many.reliable


def test_cluster_mean_is_the_ratio_of_totals():
    found = stratified_estimate(kind="cluster_mean", N=10, n=2, cluster_totals=[2, 4], cluster_sizes=[2, 2])
    assert found.mean == 1.5 and found.standard_error == pytest.approx(math.sqrt(0.8 * 4 / 16))


def test_rule_quality_of_the_worked_example():
    found = evaluate_rule(confidence="0.95", flagged=(180, 60, 42), unflagged=(3820, 120, 3))
    assert (float(found.precision_lower), float(found.precision_upper)) == pytest.approx((0.594, 0.789), abs=5e-4)
    assert float(found.recall) == pytest.approx(0.5688, abs=1e-4)
    assert (found.recall_lower, found.recall_upper) == pytest.approx((0.3343, 0.8182), abs=2e-3)
    assert (float(found.recall_exact_lower), float(found.recall_exact_upper)) == pytest.approx((0.26, 0.90), abs=5e-3)
    clean = evaluate_rule(confidence="0.95", flagged=(180, 60, 42), unflagged=(3820, 120, 0))
    assert clean.undetected_upper == 92 and clean.recall == 1 and clean.recall_lower == pytest.approx(0.617, abs=2e-3)
