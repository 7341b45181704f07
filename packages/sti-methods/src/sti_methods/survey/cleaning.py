"""Which answers are kept, and for which reasons the others are not.

Meade & Craig (2012), Psychological Methods 17:437; Leiner (2019), Survey Research Methods
13:229 (time).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from sti_methods.composite.unfit import Unfit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Table = NDArray[np.float64]

Reason = Literal["no_consent", "twice", "copy", "straight", "quick", "gaps"]
REASONS: tuple[Reason, ...] = (
    "no_consent",
    "twice",
    "copy",
    "straight",
    "quick",
    "gaps",
)


@dataclass(frozen=True, kw_only=True)
class Cleaning:
    """Thresholds. ``gaps``: above this part of the items asked without an answer;
    ``quick``: below this part of the median time; ``straight`` and ``copied``: from so many
    answers on, all alike, or all the same as another's of the same organisation.
    """

    gaps: float = 1 / 3
    quick: float = 1 / 3
    straight: int = 5
    copied: int = 20


@dataclass(frozen=True, kw_only=True)
class Responses:
    """Answers as they came, a row for each respondent.

    ``values`` (respondents, items): NaN where there is none; ``skipped`` of the same shape:
    there is none and the item applied. ``minutes``: NaN where it is not known.
    """

    organisation: Sequence[str]
    respondent: Sequence[str]
    values: Table
    skipped: NDArray[np.bool_]
    minutes: Table
    consent: NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Cleaned:
    """``reasons``, for each row, is empty where it is kept; ``median``: minutes, or None."""

    kept: NDArray[np.bool_]
    reasons: tuple[tuple[Reason, ...], ...]
    median: float | None

    def count(self) -> dict[Reason, int]:
        """How many rows each reason left out; a row may have several."""
        return {r: sum(r in one for one in self.reasons) for r in REASONS}


def clean(given: Responses, *, rules: Cleaning | None = None) -> Cleaned:
    """Say of each row whether it is kept, with all reasons against it.

    The median time is of rows with consent that came once. Of two rows of one respondent, or
    two alike in one organisation, the first stays. Raises ``Unfit`` ``shape``, ``few_units``
    without a row. Cost: linear.
    """
    rule = rules or Cleaning()
    n = len(given.organisation)
    if not n:
        raise Unfit("few_units", units=0)
    lengths = {len(given.respondent), len(given.minutes), len(given.consent)}
    if (
        lengths | {len(given.values)} != {n}
        or given.values.shape != given.skipped.shape
    ):
        raise Unfit("shape", dimensions=given.values.ndim)
    answered = np.isfinite(given.values)
    count = answered.sum(axis=1)
    asked = count + given.skipped.sum(axis=1)
    gaps = given.skipped.sum(axis=1) > rule.gaps * asked + 1e-9
    gaps |= count == 0
    low = np.where(answered, given.values, np.inf).min(axis=1)
    high = np.where(answered, given.values, -np.inf).max(axis=1)
    straight = (count >= rule.straight) & (low == high)
    twice, copy = _again(given, count, straight, rule.copied)
    timed = given.consent & ~twice & np.isfinite(given.minutes)
    median = float(np.median(given.minutes[timed])) if timed.any() else None
    quick = np.zeros(n, dtype=bool)
    if median is not None:
        quick = np.isfinite(given.minutes) & (given.minutes < rule.quick * median)
    marks: dict[Reason, NDArray[np.bool_]] = {
        "no_consent": ~given.consent,
        "twice": twice,
        "copy": copy,
        "straight": straight,
        "quick": quick,
        "gaps": gaps,
    }
    reasons = tuple(
        tuple(reason for reason, mark in marks.items() if mark[row]) for row in range(n)
    )
    return Cleaned(
        kept=np.array([not one for one in reasons]), reasons=reasons, median=median
    )


def _again(
    given: Responses,
    count: NDArray[np.int_],
    straight: NDArray[np.bool_],
    copied: int,
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Rows whose respondent, and rows whose answers, stand above already."""
    n = len(count)
    twice, copy = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    people: set[tuple[str, str]] = set()
    told: set[tuple[str, bytes]] = set()
    for row in range(n):
        if not given.consent[row]:
            continue
        who = (given.organisation[row], given.respondent[row])
        twice[row] = who in people
        people.add(who)
        # All alike is its own reason: such rows are no copies of each other.
        if twice[row] or straight[row] or count[row] < copied:
            continue
        what = (given.organisation[row], given.values[row].tobytes())
        copy[row] = what in told
        told.add(what)
    return twice, copy
