"""Whether an organisation is ready for an audit: grades of what is mandatory, and what blocks.

Maturity is for learning, conformity for an audit; the two are told apart. Thresholds are
choices of this house.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sti_methods.maturity.scoring import Scored

Grade = Literal["conform", "observation", "minor", "major"]
MOST_MINORS = 3


@dataclass(frozen=True, kw_only=True)
class Finding:
    """An open finding on an item; ``planned``: an action with owner and day answers it."""

    item: str
    grade: Grade
    planned: bool = False


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """``ready``: the part of the mandatory weight that conforms, None where nothing is
    mandatory here; ``conforming`` and ``open`` are items; ``blockers`` says, by code and
    number, what must be done before an audit makes sense.
    """

    ready: float | None
    conforming: tuple[str, ...]
    open: tuple[str, ...]
    blockers: tuple[tuple[str, int], ...]

    @property
    def for_audit(self) -> bool:
        return self.ready is not None and not self.blockers


def readiness(
    scored: Scored,
    *,
    findings: Sequence[Finding] = (),
    audited: bool,
    reviewed: bool,
) -> Readiness:
    """Grade the mandatory items that apply.

    ``audited`` and ``reviewed``: an internal audit and a management review were held in
    the last twelve months. Blockers: ``not_conforming``, ``majors``, ``minors`` (more than
    three), ``unplanned`` (minors without a plan), ``no_audit``, ``no_review``.
    """
    counted = [one for one in scored.items if one.mandatory and one.applies]
    faulty = {one.item for one in findings if one.grade in ("minor", "major")}
    least = scored.rules.conforms
    conforming = [
        one
        for one in counted
        if one.verified is not None and one.verified >= least and one.code not in faulty
    ]
    weight = sum(one.weight for one in counted)
    codes = {one.code for one in conforming}
    majors = sum(one.grade == "major" for one in findings)
    minors = [one for one in findings if one.grade == "minor"]
    said = {
        "not_conforming": len(counted) - len(conforming),
        "majors": majors,
        "minors": len(minors) if len(minors) > MOST_MINORS else 0,
        "unplanned": sum(not one.planned for one in minors),
        "no_audit": int(not audited),
        "no_review": int(not reviewed),
    }
    return Readiness(
        ready=sum(one.weight for one in conforming) / weight if weight else None,
        conforming=tuple(one.code for one in conforming),
        open=tuple(one.code for one in counted if one.code not in codes),
        blockers=tuple((kind, n) for kind, n in said.items() if n),
    )
