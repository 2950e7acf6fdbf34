"""Checks published tables against themselves: parts and total, difference, rate, change, printed digits."""

from amip_dq.reconcile.read import read_tables
from amip_dq.reconcile.relations import Finding, reconcile

__all__ = ["Finding", "read_tables", "reconcile"]
