"""Defects planted on purpose, by code that shares nothing with the rules that must find them."""

import polars as pl

from amip_dq.synth.scenario import Batch

TRUTH = {"rule_id": pl.String, "case_id": pl.String, "item": pl.String}


def plant(batch: Batch) -> pl.DataFrame:
    return pl.DataFrame(schema=TRUTH)
