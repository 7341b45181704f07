"""How long things take when some are not over yet: Kaplan and Meier's estimate, exactly.

What still runs is neither dropped nor taken as done: it counts among those who wait, for as
long as it has waited so far. Days are whole, shares exact fractions.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

HALF, NINE_TENTHS = Fraction(1, 2), Fraction(9, 10)


@dataclass(frozen=True)
class Wait:
    """So many days; ``over`` when it ended, else it has lasted so long so far."""

    days: int
    over: bool


def left(waits: Iterable[Wait]) -> list[tuple[int, Fraction]]:
    """The share that still waits after each day on which something ended.

    What is not over on a day on which others end waited through that day.
    Raises ``ValueError`` for days below nought.
    """
    ended: Counter[int] = Counter()
    stopped: Counter[int] = Counter()
    for wait in waits:
        if wait.days < 0:
            message = f"{wait.days} days"
            raise ValueError(message)
        (ended if wait.over else stopped)[wait.days] += 1
    waiting = ended.total() + stopped.total()
    share, found = Fraction(1), []
    for day in sorted(ended.keys() | stopped.keys()):
        if ended[day]:
            share *= Fraction(waiting - ended[day], waiting)
            found.append((day, share))
        waiting -= ended[day] + stopped[day]
    return found


def quantile(waits: Sequence[Wait], share: Fraction) -> int | None:
    """By which day at least ``share`` were over; None while too many still wait to say."""
    return next((day for day, rest in left(waits) if rest <= 1 - share), None)


def median(waits: Sequence[Wait]) -> int | None:
    return quantile(waits, HALF)


def worst(waits: Sequence[Wait]) -> Wait | None:
    """The longest; of two the same, the one that is not over, for it will be longer."""
    return max(waits, key=lambda w: (w.days, not w.over), default=None)
