"""Limits that promise 95 % keep it at every true rate; enumerated completely in small populations."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
from scipy import stats

from amip_dq.sampling import evaluate_attribute, plan_attribute
from amip_dq.sampling.joint import joint_upper_count

RISK = Fraction(1, 20)


@pytest.mark.parametrize("size, n", [(30, 10), (60, 25), (120, 40)])
@pytest.mark.parametrize("sided", ["upper", "lower", "two"])
def test_attribute_limits(size, n, sided):
    found = [
        evaluate_attribute(confidence="0.95", sample_size=n, errors=x, population_size=size, sided=sided)
        for x in range(n + 1)
    ]
    for wrong in range(size + 1):
        mass = stats.hypergeom.pmf(np.arange(n + 1), size, wrong, n)
        holds = [(f.lower_count or 0) <= wrong <= (size if f.upper_count is None else f.upper_count) for f in found]
        assert mass[holds].sum() >= 0.95 - 1e-9, wrong


@pytest.mark.parametrize("parts", [((20, 8), (12, 6)), ((10, 4), (8, 4), (6, 3)), ((6, 3), (5, 3), (4, 2), (4, 2))])
def test_stratified_limits(parts):
    """Two strata are tried in all divisions; three and more go in pairs: wider, but never too narrow."""
    results = list(itertools.product(*(range(n + 1) for _, n in parts)))
    upper = {r: joint_upper_count([(size, n, x) for (size, n), x in zip(parts, r, strict=True)], RISK) for r in results}
    for wrong in itertools.product(*(range(0, size + 1, 2) for size, _ in parts)):
        masses = [stats.hypergeom.pmf(np.arange(n + 1), size, k, n) for (size, n), k in zip(parts, wrong, strict=True)]
        held = sum(
            float(np.prod([mass[x] for mass, x in zip(masses, r, strict=True)]))
            for r in results
            if upper[r] >= sum(wrong)
        )
        assert held >= 0.95 - 1e-9, wrong


@pytest.mark.parametrize("confidence", ["0.9", "0.95", "0.99"])
def test_plans_keep_their_risk(confidence):
    for size, k in itertools.product((80, 300, 2000), (0, 1, 3)):
        plan = plan_attribute(confidence=confidence, tolerable_rate="0.08", expected_errors=k, population_size=size)
        wrong = -(-8 * size // 100)
        risk = 1 - float(confidence)
        assert stats.hypergeom.cdf(k, size, wrong, plan.sample_size) <= risk + 1e-12
        assert stats.hypergeom.cdf(k, size, wrong, plan.sample_size - 1) > risk


def test_an_undeclared_extension_doubles_the_risk():
    """45 cases without error, then 77 with one: 14,5 % instead of 10 % at a true rate of 5 %."""
    first = stats.binom.pmf(np.arange(46), 45, 0.05)
    after = first[0] + first[1] * stats.binom.pmf(0, 32, 0.05)
    assert first[0] < 0.1 < after == pytest.approx(0.145, abs=0.001)
