"""The ties of one person to one thing, weighed together: kind, probability, digest."""

from __future__ import annotations

from hashlib import sha256
from math import prod
from typing import TYPE_CHECKING, Any

from opensti.domains.panels.choices import TieKind
from opensti.kernel.record.leaves import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Tie = Mapping[str, Any]

ORDER = {kind: number for number, kind in enumerate(TieKind.values)}


def in_order(ties: Iterable[Tie]) -> list[dict[str, Any]]:
    """The ties as they are frozen: the strongest kind first, then the most probable."""
    return sorted(
        (dict(tie) for tie in ties),
        key=lambda tie: (ORDER[tie["kind"]], -tie["probability"], tie["tie"]),
    )


def digest_of(ties: Sequence[Tie]) -> str:
    """The SHA-256 of the evidence; a changed name or date is changed evidence."""
    return sha256(canonical({"ties": list(ties)}).encode()).hexdigest()


def together(ties: Iterable[Tie]) -> float:
    """The probability that at least one tie is true.

    Ties that rest on one identity stand and fall together: of those the strongest counts.
    """
    strongest: dict[str, float] = {}
    for tie in ties:
        key = tie["identity"] or tie["tie"]
        strongest[key] = max(strongest.get(key, 0.0), tie["probability"])
    return round(1.0 - prod(1.0 - p for p in strongest.values()), 6)


def main_kind(ties: Sequence[Tie]) -> str:
    """The kind a case is filed under: the strongest of those as probable as any, or near."""
    most = max(tie["probability"] for tie in ties)
    likely = [tie for tie in ties if tie["probability"] >= most / 2]
    return str(min(likely, key=lambda tie: ORDER[tie["kind"]])["kind"])
