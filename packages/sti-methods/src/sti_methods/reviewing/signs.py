"""Signs that a review wants a second look: each a figure beside its bound.

Outliers by the median of the others' scores, and their median absolute deviation
times 1.4826 (Iglewicz and Hoaglin 1993), never by mean and standard deviation: with
two or three reviewers one wild score would hide itself in both. With few others the
deviation is small by chance, so the scale has a floor.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Makes the median absolute deviation estimate the standard deviation of a normal.
CONSISTENT = 1.4826
SHINGLE = 5
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """Where a sign begins; the house sets them, the method does not."""

    distance: float = 3.0
    scale_floor: float = 0.05
    words: int = 60
    copied: float = 0.5
    same_scores: int = 4
    words_per_minute: float = 1000.0


@dataclass(frozen=True, kw_only=True)
class Written:
    """One review as the method reads it: shares of the most of each criterion, and text.

    ``read_seconds`` is the time from opening the work to handing the review in;
    ``words_to_read`` how long the work is; zero and ``None`` mean unknown.
    """

    key: str
    shares: Mapping[str, float]
    total: float | None
    text: str
    read_seconds: float | None = None
    words_to_read: int = 0


@dataclass(frozen=True, kw_only=True)
class Sign:
    """What was seen, as a figure, with the bound and what else it was compared with."""

    kind: str
    figure: float
    bound: float
    detail: Mapping[str, float | str] = field(default_factory=dict)


def robust_distance(value: float, others: Sequence[float], *, floor: float) -> float:
    """How many (robust) deviations a score lies from the median of the others, signed."""
    if not others:
        return 0.0
    middle = median(others)
    spread = CONSISTENT * median(abs(x - middle) for x in others)
    return (value - middle) / max(spread, floor)


def shared_part(text: str, source: str, *, size: int = SHINGLE) -> float:
    """Share of the words of ``text`` inside runs of five words that ``source`` has too."""
    words, theirs = _words(text), _words(source)
    if len(words) < size:
        return 0.0
    known = {tuple(theirs[i : i + size]) for i in range(len(theirs) - size + 1)}
    copied = [False] * len(words)
    for i in range(len(words) - size + 1):
        if tuple(words[i : i + size]) in known:
            copied[i : i + size] = [True] * size
    return sum(copied) / len(words)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def signs(
    review: Written,
    *,
    others: Sequence[Written] = (),
    work: str = "",
    earlier: Mapping[str, str] | None = None,
    bounds: Bounds | None = None,
) -> list[Sign]:
    """Every sign of one review, in a fixed order.

    ``others`` are the reviews of the same work, ``work`` its own text, ``earlier`` the
    same reviewer's texts on other works by name.
    """
    b = bounds or Bounds()
    found = [*_outlying(review, others, b), *_effort(review, b)]
    sources = {
        "work": work,
        **{f"review:{o.key}": o.text for o in others},
        **{f"own:{name}": text for name, text in (earlier or {}).items()},
    }
    shares = {name: shared_part(review.text, text) for name, text in sources.items()}
    if shares:
        source = max(shares, key=lambda name: shares[name])
        if shares[source] >= b.copied:
            found.append(
                Sign(
                    kind="copied",
                    figure=shares[source],
                    bound=b.copied,
                    detail={"source": source},
                )
            )
    return found


def _outlying(review: Written, others: Sequence[Written], b: Bounds) -> list[Sign]:
    totals = [o.total for o in others if o.total is not None]
    if review.total is None or not totals:
        return []
    distance = robust_distance(review.total, totals, floor=b.scale_floor)
    if abs(distance) < b.distance:
        return []
    return [
        Sign(
            kind="outlying",
            figure=distance,
            bound=b.distance,
            detail={
                "own": review.total,
                "median": median(totals),
                "others": float(len(totals)),
            },
        )
    ]


def _effort(review: Written, b: Bounds) -> list[Sign]:
    found = []
    count = len(_words(review.text))
    if count < b.words:
        found.append(Sign(kind="short", figure=float(count), bound=float(b.words)))
    given = list(review.shares.values())
    if len(given) >= b.same_scores and max(given) == min(given):
        found.append(
            Sign(
                kind="same_scores",
                figure=float(len(given)),
                bound=float(b.same_scores),
                detail={"share": given[0]},
            )
        )
    if review.read_seconds is not None and review.words_to_read:
        least = 60 * review.words_to_read / b.words_per_minute
        if review.read_seconds < least:
            found.append(
                Sign(
                    kind="fast",
                    figure=review.read_seconds,
                    bound=least,
                    detail={"words": float(review.words_to_read)},
                )
            )
    return found
