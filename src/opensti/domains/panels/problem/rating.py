"""Ratings of finished work, counted from the frozen ballots alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sti_methods import ballots as counting

from opensti.domains.procedures.regimes.counting import rating_rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opensti.domains.procedures.regimes.format import RatingRule


def count_ratings(
    frozen: Mapping[str, Any], rating: RatingRule
) -> tuple[bool, dict[str, Any]]:
    """Return whether the work is accepted, and every figure on the way.

    The whole is counted from the levels that members give it; each criterion in the same
    way from what they gave that. A blank ballot is among the present and gives no level.
    """
    rule = rating_rule(rating)
    whole = _rate(frozen, rule, {b["voter"]: b["vote"] for b in frozen["ballots"]})
    return whole.level != rule.worst, {
        "rating": whole.level,
        "counts": dict(whole.counts),
        "criteria_rated": [
            {
                "id": row["id"],
                "level": found.level if any(n for _l, n in found.counts) else "",
                "counts": dict(found.counts),
                "steps": _steps(found),
            }
            for row in frozen["contents"]
            if "sort" in row
            for found in (
                _rate(
                    frozen,
                    rule,
                    {
                        b["voter"]: b["votes"].get(row["id"], "")
                        for b in frozen["ballots"]
                    },
                ),
            )
        ],
        "steps": _steps(whole),
    }


def _rate(
    frozen: Mapping[str, Any], rule: counting.RatingRule, said: Mapping[str, str]
) -> counting.RatingResult:
    return counting.rate(
        rule,
        {voter: level for voter, level in said.items() if level in rule.levels},
        present=frozen["present"],
        total=frozen["total"],
    )


def _steps(found: counting.RatingResult) -> list[dict[str, Any]]:
    return [{"code": s.code, "values": s.values} for s in found.steps]
