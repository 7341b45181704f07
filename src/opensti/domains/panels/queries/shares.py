"""A stored review as the methods read it: shares of the most, and all its words."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opensti.domains.panels.models import Review
    from opensti.domains.procedures.regimes.format import ScoreSheet


def share_of(value: Decimal, most: Decimal) -> float:
    return float(value / most) if most else 0.0


def shares_of(review: Review, sheet: ScoreSheet | None) -> dict[str, float]:
    """The points of each criterion as a share of its most; what is no number is left out."""
    if sheet is None:
        return {}
    found = {}
    for leaf in sheet.leaves():
        typed = str(review.scores.get(leaf.id, "")).strip().replace(",", ".")
        if sheet.pass_fail and typed in ("pass", "fail"):
            found[leaf.id] = float(typed == "pass")
            continue
        try:
            value = Decimal(typed)
        except InvalidOperation:
            continue
        if value.is_finite():
            found[leaf.id] = share_of(value, leaf.max)
    return found


def words_of(review: Review) -> str:
    return "\n".join([*review.comments.values(), review.opinion])
