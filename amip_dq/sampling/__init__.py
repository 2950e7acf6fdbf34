"""Audit samples: planning, selection, evaluation and protocol.

The seven pure functions below take what published tables give as input, as keywords, and return values
that `amip-dq sample validate` compares with those tables.
"""

from amip_dq.sampling.allocation import allocate
from amip_dq.sampling.answer import Answer, NotOffered
from amip_dq.sampling.estimation import stratified_estimate
from amip_dq.sampling.interval import select_fixed_interval
from amip_dq.sampling.limits import evaluate_attribute
from amip_dq.sampling.planning import plan_attribute
from amip_dq.sampling.planning_money import plan_mus
from amip_dq.sampling.stringer import evaluate_stringer

__all__ = [
    "Answer",
    "NotOffered",
    "allocate",
    "evaluate_attribute",
    "evaluate_stringer",
    "plan_attribute",
    "plan_mus",
    "select_fixed_interval",
    "stratified_estimate",
]
