"""A day-by-day simulation of an office, and the defects planted into it."""

from amip_dq.synth.office import Scenario, simulate, write_office

__all__ = ["Scenario", "simulate", "write_office"]
