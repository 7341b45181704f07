"""May the council meet? A fraction of all seats, and certain people among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sti_methods.ballots.shares import Share, ShareTest, Step, apply, step

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True, kw_only=True)
class Attendee:
    """A seat: its role, whether its holder is there, whether the vice is authorised."""

    role: str
    present: bool
    authorised: bool = False
    represents: bool = False


@dataclass(frozen=True, kw_only=True)
class QuorumRule:
    share: Share
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class QuorumResult:
    held: bool
    present: int
    total: int
    test: ShareTest
    missing: tuple[str, ...]
    steps: tuple[Step, ...]


def quorum(rule: QuorumRule, seats: Sequence[Attendee]) -> QuorumResult:
    """Return whether the meeting may be held, and who or what is missing."""
    present, total = sum(s.present for s in seats), len(seats)
    test, line = apply(
        rule.share, present, present=present, total=total, cast=present, what="present"
    )
    steps, missing = [line], []
    for role in rule.roles:
        there = _ROLES[role](seats)
        if not there:
            missing.append(role)
        steps.append(step("role_present" if there else "role_absent", role=role))
    return QuorumResult(
        held=test.holds and not missing,
        present=present,
        total=total,
        test=test,
        missing=tuple(missing),
        steps=tuple(steps),
    )


def _there(seats: Sequence[Attendee], role: str) -> list[Attendee]:
    return [s for s in seats if s.role == role and s.present]


def _both_reviewers(seats: Sequence[Attendee]) -> bool:
    reviewers = [s for s in seats if s.role == "reviewer"]
    return bool(reviewers) and all(s.present for s in reviewers)


_ROLES: dict[str, Callable[[Sequence[Attendee]], bool]] = {
    "chair": lambda s: bool(_there(s, "chair")),
    "chair_or_vice": lambda s: bool(_there(s, "chair") or _there(s, "vice")),
    "chair_or_authorised_vice": lambda s: bool(
        _there(s, "chair") or any(v.authorised for v in _there(s, "vice"))
    ),
    "both_reviewers": _both_reviewers,
    "one_reviewer": lambda s: bool(_there(s, "reviewer")),
    "secretary": lambda s: bool(_there(s, "secretary")),
    "council_representative": lambda s: any(x.present and x.represents for x in s),
}
