"""Quartiles and Tukey's fences in exact fractions."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FIRST, THIRD = Fraction(1, 4), Fraction(3, 4)
REACH = Fraction(3, 2)
_THIRD = Fraction(1, 3)


def quantile(ordered: Sequence[Fraction], share: Fraction) -> Fraction:
    """The value below which a share of ascending values lies.

    Position (n + 1/3)·share + 1/3, counted from 1, between two values in proportion; the
    first or last value beyond the ends (Hyndman and Fan 1996, definition 8: unbiased for the
    median whatever the distribution). Raises ``ValueError`` without values, or for a share
    outside 0 to 1.
    """
    if not ordered or not 0 <= share <= 1:
        raise ValueError("A quantile needs values, and a share from 0 to 1.")
    position = (len(ordered) + _THIRD) * share + _THIRD
    below = int(position)
    if below < 1 or share == 0:
        return ordered[0]
    if below >= len(ordered) or share == 1:
        return ordered[-1]
    low, high = ordered[below - 1], ordered[below]
    return low + (position - below) * (high - low)


@dataclass(frozen=True)
class Fences:
    """First and third quartile of some values."""

    q1: Fraction
    q3: Fraction

    @classmethod
    def of(cls, values: Iterable[Fraction]) -> Fences | None:
        """The quartiles of values in any order; ``None`` without values."""
        ordered = sorted(values)
        if not ordered:
            return None
        return cls(quantile(ordered, FIRST), quantile(ordered, THIRD))

    @property
    def lower(self) -> Fraction:
        return self.q1 - REACH * (self.q3 - self.q1)

    @property
    def upper(self) -> Fraction:
        return self.q3 + REACH * (self.q3 - self.q1)
