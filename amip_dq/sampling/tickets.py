"""Tickets: a pseudo-random number per unit that anybody can recompute from the seed.

The number is that of R. Rivest's `consistent_sampler` (rivest-sha256-1): hash of the seed's hash and the unit's
id, its decimal digits reversed. The order depends on nothing else: not on file order, platform or library.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from fractions import Fraction

from amip_dq.sampling.canonical import sha256

NAME = "rivest-sha256-1"
SEED_PREFIX = "amip-dq/1|"


def seed(plan_hash: str, public_value: str) -> str:
    """Return SHA-256("amip-dq/1|" + plan hash + "|" + public value)."""
    return sha256(f"{SEED_PREFIX}{plan_hash}|{public_value}")


def ticket(unit_id: str, seed_hash: str) -> str:
    """Return a unit's ticket as 0.ddd…; `seed_hash` is the SHA-256 of the seed."""
    number = int(hashlib.sha256((seed_hash + unit_id).encode()).hexdigest(), 16)
    return "0." + f"{number:064d}"[::-1]


def ordered(unit_ids: Iterable[str], seed_value: str) -> list[tuple[str, str]]:
    """Return (ticket, unit id) in the order of drawing; equal tickets (never seen) go by id."""
    seed_hash = sha256(seed_value)
    return sorted((ticket(unit_id, seed_hash), unit_id) for unit_id in unit_ids)


def uniform(below: int, seed_value: str, purpose: str) -> int:
    """Return a whole number in 1 … below, every one equally likely: hashes beyond the last full round are rejected."""
    full = 2**256 - 2**256 % below
    counter = 0
    while True:
        number = int(sha256(f"{seed_value}|{purpose}|{counter}"), 16)
        if number < full:
            return number % below + 1
        counter += 1


def start_in(interval: Fraction, seed_value: str) -> Fraction:
    """Return the start of an interval selection: uniform among the exact steps of (0, interval]."""
    return Fraction(uniform(interval.numerator, seed_value, "start"), interval.denominator)
