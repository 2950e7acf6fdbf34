"""Judges a delivery with the rules of a content folder."""

from amip_dq.engine.database import names_of, open_for_judging
from amip_dq.engine.evaluate import evaluate, judgement_table
from amip_dq.engine.examples import Bench
from amip_dq.engine.figures import measure
from amip_dq.engine.impact import what_if

__all__ = ["Bench", "evaluate", "judgement_table", "measure", "names_of", "open_for_judging", "what_if"]
