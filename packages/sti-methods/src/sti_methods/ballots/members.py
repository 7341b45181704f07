"""One member's word on finished work, from what he finds of each thing that was ordered."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

Reason = Literal["late", "report", "quality", "quantity", "short", "best", "met"]


@dataclass(frozen=True, kw_only=True)
class MemberRule:
    """Three levels, and how much of the order may be missing.

    ``quantity_ok`` of the quantity criteria must be met; the others must still reach
    ``quantity_least`` of what was ordered.
    """

    best: str
    worst: str
    otherwise: str
    quantity_ok: Fraction = Fraction(1)
    quantity_least: Fraction = Fraction(1)


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What a member finds of one criterion; ``share``: delivered of ordered, if numbers."""

    sort: Literal["quality", "quantity", "report"]
    level: str
    share: Fraction | None = None


@dataclass(frozen=True, kw_only=True)
class MemberResult:
    """The level, and the first reason for it in the order in which they are tried."""

    level: str
    reason: Reason


def member_level(
    rule: MemberRule, marks: Sequence[Mark], *, late: bool = False
) -> MemberResult:
    """Return what the rule makes of one member's marks.

    Best: every product criterion best, the report not worst. Otherwise-level: no quality
    worst, enough quantity criteria met and the rest nearly, the report not worst. Worst:
    all else, or work handed in too late. Raises ``ValueError`` for an unknown level.
    """
    known = {rule.best, rule.worst, rule.otherwise}
    if unknown := {m.level for m in marks} - known:
        raise ValueError(f"Unknown levels: {', '.join(sorted(unknown))}.")
    products = [m for m in marks if m.sort != "report"]
    fault = _fault(rule, marks, late=late)
    if fault is not None:
        return MemberResult(level=rule.worst, reason=fault)
    if products and all(m.level == rule.best for m in products):
        return MemberResult(level=rule.best, reason="best")
    return MemberResult(level=rule.otherwise, reason="met")


def _fault(rule: MemberRule, marks: Sequence[Mark], *, late: bool) -> Reason | None:
    if late:
        return "late"
    worst: dict[str, list[Mark]] = {"quality": [], "quantity": [], "report": []}
    for mark in marks:
        if mark.level == rule.worst:
            worst[mark.sort].append(mark)
    if worst["report"]:
        return "report"
    if worst["quality"]:
        return "quality"
    amounts = sum(m.sort == "quantity" for m in marks)
    if amounts - len(worst["quantity"]) < rule.quantity_ok * amounts:
        return "quantity"
    if any(m.share is None or m.share < rule.quantity_least for m in worst["quantity"]):
        return "short"
    return None
