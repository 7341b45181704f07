"""Excellent, pass, fail: each member says one, the council's word follows by rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sti_methods.ballots.shares import Share, ShareTest, Step, apply, step

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class RatingRule:
    """Best if ``best_share`` say so and nobody says worst; worst if ``worst_share`` do."""

    levels: tuple[str, ...]
    best: str
    worst: str
    otherwise: str
    best_share: Share
    worst_share: Share


@dataclass(frozen=True, kw_only=True)
class RatingResult:
    level: str
    counts: tuple[tuple[str, int], ...]
    best_test: ShareTest
    worst_test: ShareTest
    steps: tuple[Step, ...]


def rate(
    rule: RatingRule, ratings: Mapping[str, str], *, present: int, total: int
) -> RatingResult:
    """Return the council's level from each voter's; the best is tried first.

    Raises ``ValueError`` for a level the rule does not know.
    """
    unknown = set(ratings.values()) - set(rule.levels)
    if unknown:
        raise ValueError(f"Unknown levels: {', '.join(sorted(unknown))}.")
    if len(ratings) > present:
        raise ValueError("There are more ballots than people present.")
    counts = {level: list(ratings.values()).count(level) for level in rule.levels}
    steps = [
        step("level_count", level=level, count=n, base=present)
        for level, n in counts.items()
    ]
    cast = len(ratings)
    best, best_step = apply(
        rule.best_share,
        counts[rule.best],
        present=present,
        total=total,
        cast=cast,
        what=rule.best,
    )
    worst, worst_step = apply(
        rule.worst_share,
        counts[rule.worst],
        present=present,
        total=total,
        cast=cast,
        what=rule.worst,
    )
    steps += [best_step, worst_step]
    if counts[rule.worst] and best.holds:
        steps.append(step("someone_says_worst", level=rule.worst))
    if best.holds and not counts[rule.worst]:
        level = rule.best
    elif worst.holds:
        level = rule.worst
    else:
        level = rule.otherwise
    steps.append(step("rated", level=level))
    return RatingResult(
        level=level,
        counts=tuple(counts.items()),
        best_test=best,
        worst_test=worst,
        steps=tuple(steps),
    )
