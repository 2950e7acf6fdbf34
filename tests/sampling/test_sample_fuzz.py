"""Whatever stands in a list of published values: an answer, or one German sentence, never a crash."""

from __future__ import annotations

import inspect

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amip_dq.sampling.validation import FUNCTIONS, check_vector

NUMBERS = st.one_of(
    st.integers(-3, 60), st.sampled_from([0.05, 0.95, 0.5, 1.0, 2.5]), st.sampled_from(["0.05", "x", ""])
)
SCALARS = st.one_of(
    NUMBERS, st.none(), st.booleans(), st.sampled_from(["binomial", "poisson", "two", "total", "exact", "items"])
)
STRATUM = st.dictionaries(
    st.sampled_from(["N", "n", "errors", "mean", "var", "S", "p", "stratum"]), SCALARS, max_size=5
)
VALUES = st.one_of(SCALARS, st.lists(SCALARS, max_size=4), st.lists(STRATUM, max_size=3))


@pytest.mark.parametrize("name", FUNCTIONS)
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_nonsense_is_answered_in_words(name, data):
    names = [p.name for p in inspect.signature(FUNCTIONS[name]).parameters.values() if p.kind is p.KEYWORD_ONLY]
    inputs = data.draw(st.dictionaries(st.sampled_from(names), VALUES, max_size=8))
    required = {
        "confidence": 0.95,
        "sample_size": 10,
        "start": 1,
        "errors": 1,
        "kind": "proportion",
        "tolerable_rate": 0.1,
    }
    inputs = {key: value for key, value in required.items() if key in names} | inputs
    inputs = {key: value for key, value in inputs.items() if value is not None or key not in required}
    check_vector({"id": "x", "function": name, "inputs": inputs, "expected": {"sample_size": 1}})
