"""The sheet on which finished work is rated, as the pages that show it need it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import pgettext

from opensti.domains.panels import queries
from opensti.domains.panels.queries.rating import WHY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opensti.domains.panels.choices import Sheet
    from opensti.domains.panels.models import Council, CouncilItem
    from opensti.kernel.refusals import Text


def rating_context(
    item: CouncilItem, sheet: Sheet, errors: Mapping[str, Text]
) -> dict[str, Any]:
    """The criteria with what was typed, the levels, and what the rule makes of them.

    Nothing for councils that do not rate.
    """
    rating = queries.rating_of(item.council)
    if rating is None:
        return {}
    levels = queries.levels_of(rating)
    found = queries.by_rule(item, sheet.votes)
    said: set[str] = set()
    rows = []
    for criterion in queries.criteria_of(item):
        # One remark for each product, beside its first criterion; one for the report.
        key = remark_key(criterion.row)
        rows.append(
            {
                "criterion": criterion,
                "level": sheet.votes.get(criterion.id, ""),
                "error": errors.get(f"vote-{criterion.id}", ""),
                "remark_key": "" if key in said else key,
                "remark": sheet.comments.get(key, ""),
            }
        )
        said.add(key)
    return {
        "rated": rows,
        "levels": levels,
        "by_rule": None
        if found is None
        else {"label": dict(levels)[found.level], "why": WHY[found.reason]},
    }


def remark_key(row: Mapping[str, str]) -> str:
    return row.get("product") or row["id"]


def remark_keys(item: CouncilItem) -> list[str]:
    """Under which keys remarks are kept of an item whose work is rated."""
    return list(dict.fromkeys(remark_key(c.row) for c in queries.criteria_of(item)))


def count_fields(
    council: Council, typed: Mapping[str, str]
) -> list[tuple[str, str, str]]:
    """The boxes in which a count on paper is entered: name, label, what was typed."""
    rating = queries.rating_of(council)
    answers = (
        [("yes", pgettext("votes", "Yes")), ("no", pgettext("votes", "No"))]
        if rating is None
        else [(f"level-{code}", label) for code, label in queries.levels_of(rating)]
    )
    return [(name, label, typed.get(name, "")) for name, label in answers]


def counted(council: Council, counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """What the count team found, with the names of the answers."""
    return [
        (label, counts.get(name.removeprefix("level-"), 0))
        for name, label, _typed in count_fields(council, {})
    ]
