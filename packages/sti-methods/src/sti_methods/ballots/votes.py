"""Yes or no: on the whole, or on each content item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sti_methods.ballots.shares import Share, ShareTest, Step, apply

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, kw_only=True)
class Vote:
    """One ballot; ``yes`` is ``None`` when it is blank or spoilt."""

    voter: str
    yes: bool | None


@dataclass(frozen=True, kw_only=True)
class VoteRule:
    """Every share must hold for the answer yes."""

    passes: tuple[Share, ...]

    def __post_init__(self) -> None:
        if not self.passes:
            raise ValueError("A vote needs at least one share that decides it.")


@dataclass(frozen=True, kw_only=True)
class VoteResult:
    passed: bool
    yes: int
    no: int
    blank: int
    cast: int
    tests: tuple[ShareTest, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, kw_only=True)
class ItemsResult:
    """One result per content item, and whether any item was accepted."""

    items: tuple[tuple[str, VoteResult], ...]
    accepted: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return bool(self.accepted)


def count_votes(
    rule: VoteRule, votes: Sequence[Vote], *, present: int, total: int
) -> VoteResult:
    """Return the council's answer; one voter votes once.

    Raises ``ValueError`` for two ballots of one voter or more ballots than people.
    """
    if len({v.voter for v in votes}) != len(votes):
        raise ValueError("Somebody has two ballots.")
    if not 0 <= len(votes) <= total or present > total:
        raise ValueError("There are more ballots or people present than seats.")
    yes = sum(v.yes is True for v in votes)
    no = sum(v.yes is False for v in votes)
    cast = len(votes)
    tested = [
        apply(share, yes, present=present, total=total, cast=cast, what="yes")
        for share in rule.passes
    ]
    return VoteResult(
        passed=all(test.holds for test, _line in tested),
        yes=yes,
        no=no,
        blank=cast - yes - no,
        cast=cast,
        tests=tuple(test for test, _line in tested),
        steps=tuple(line for _test, line in tested),
    )


def count_items(
    rule: VoteRule,
    votes: Mapping[str, Sequence[Vote]],
    *,
    present: int,
    total: int,
) -> ItemsResult:
    """Return the answer on each item, in the order given."""
    items = tuple(
        (item, count_votes(rule, ballots, present=present, total=total))
        for item, ballots in votes.items()
    )
    return ItemsResult(
        items=items, accepted=tuple(item for item, result in items if result.passed)
    )
