"""The random sample of faults to call about (V-2): drawn from a seed, so that an auditor draws the same again.

The rule is made to be checked with what is on any machine: of each number, the SHA-256 of "seed:number"; in the order
of these, the first so many are drawn.
"""

import hashlib
from collections.abc import Iterable
from fractions import Fraction


def share_of(percent: str) -> Fraction:
    """A plan's share, e.g. "3%" or "2.5 %"."""
    return Fraction(percent.strip().removesuffix("%").strip()) / 100


def size(population: int, share: Fraction) -> int:
    """How many of a population are drawn: the share, rounded up; at least one if there is any."""
    exact = population * share
    return min(population, max(1 if population else 0, -(-exact.numerator // exact.denominator)))


def place(seed: str, number: str) -> str:
    """What a number is sorted by."""
    return hashlib.sha256(f"{seed}:{number}".encode()).hexdigest()


def draw(population: Iterable[str], *, seed: str, share: Fraction) -> list[str]:
    """The numbers drawn, in the order of drawing. The order in which the population is given does not matter."""
    known = set(population)
    return sorted(known, key=lambda number: place(seed, number))[: size(len(known), share)]


def fingerprint(population: Iterable[str]) -> str:
    """SHA-256 of the sorted population, a number a line: whether it was this one."""
    return hashlib.sha256("\n".join(sorted(set(population))).encode()).hexdigest()
