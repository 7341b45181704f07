"""What to mend first: gaps with their weight, quadrants, and change that is no chance.

Martilla & James (1977), J. Marketing 41:77 (importance and performance); Jacobson & Truax
(1991), J. Consulting and Clinical Psychology 59:12 (reliable change).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import fmean
from typing import TYPE_CHECKING, Literal

from sti_methods.maturity.scoring import HIGHEST

if TYPE_CHECKING:
    from collections.abc import Mapping

Quadrant = Literal["act", "keep", "later", "ease"]


@dataclass(frozen=True, kw_only=True)
class Gap:
    """``size`` is target less score; ``priority`` (0 to 1) its size times importance."""

    key: str
    current: float
    target: float
    importance: float
    size: float
    priority: float
    quadrant: Quadrant


@dataclass(frozen=True, kw_only=True)
class Plane:
    """All of them, the most pressing first, with the lines that part the quadrants."""

    gaps: tuple[Gap, ...]
    importance_line: float
    score_line: float


def priority(*, size: float, importance: float) -> float:
    """How pressing a gap is, 0 to 1: its part of the scale times that of its importance."""
    return size / HIGHEST * importance / HIGHEST


def gaps(
    *,
    scores: Mapping[str, float],
    targets: Mapping[str, float],
    importance: Mapping[str, float],
) -> Plane:
    """Gaps of what has a score, a target (0 to 5) and an importance (1 to 5).

    Lines stand at the means. ``act``: important and weak; ``keep``: important and strong;
    ``later``: neither; ``ease``: strong and little important. At or above a line is
    important, or strong. A score above its target is a gap of 0. Raises ``ValueError``
    when nothing has all three.
    """
    keys = [key for key in scores if key in targets and key in importance]
    if not keys:
        raise ValueError("nothing has a score, a target and an importance")
    important = fmean(importance[key] for key in keys)
    strong = fmean(scores[key] for key in keys)
    found = []
    for key in keys:
        size = max(targets[key] - scores[key], 0.0)
        high, well = importance[key] >= important, scores[key] >= strong
        found.append(
            Gap(
                key=key,
                current=scores[key],
                target=targets[key],
                importance=importance[key],
                size=size,
                priority=priority(size=size, importance=importance[key]),
                quadrant=("keep" if well else "act")
                if high
                else ("ease" if well else "later"),
            )
        )
    found.sort(key=lambda gap: -gap.priority)
    return Plane(gaps=tuple(found), importance_line=important, score_line=strong)


def detectable_change(*, deviation: float, reliability: float) -> float:
    """The least change of a score that is no chance, with 95 %: 1.96 √2 s √(1 - omega).

    Raises ``ValueError`` for a deviation below 0 or a reliability outside 0 to 1.
    """
    if deviation < 0 or not 0 <= reliability <= 1:
        raise ValueError("a deviation is from 0 on, a reliability from 0 to 1")
    return 1.96 * sqrt(2) * deviation * sqrt(1 - reliability)


def percentile(value: float, peers: list[float]) -> float:
    """Where a value stands among peers: (below + half of the equal) of a hundred.

    Raises ``ValueError`` without peers.
    """
    if not peers:
        raise ValueError("there are no peers")
    below = sum(one < value for one in peers)
    same = sum(one == value for one in peers)
    return 100 * (below + same / 2) / len(peers)
