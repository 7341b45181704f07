"""Finished work is rated: the levels, the criteria of an item, what a member's marks make."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from sti_methods import ballots as counting

from opensti.domains.panels.queries.rules import regime_of_council, rule_of
from opensti.domains.procedures.regimes.counting import member_rule
from opensti.kernel.refusals import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from opensti.domains.panels.choices import Sheet
    from opensti.domains.panels.models import Council, CouncilItem
    from opensti.domains.procedures.regimes.format import RatingRule
    from opensti.kernel.refusals import Text

QUALITY, QUANTITY, REPORT = "quality", "quantity", "report"
SORTS: dict[str, Text] = {
    QUALITY: gettext_lazy("Quality and kind"),
    QUANTITY: gettext_lazy("Quantity"),
    REPORT: gettext_lazy("Final report"),
}
WHY: dict[str, Text] = {
    "late": gettext_lazy("The acceptance dossier came later than the rule allows."),
    "report": gettext_lazy("The final report is not up to it."),
    "quality": gettext_lazy("A product is not of the quality or kind ordered."),
    "quantity": gettext_lazy("Too many quantities are not met."),
    "short": gettext_lazy("A quantity that is not met lies too far below the order."),
    "best": gettext_lazy("Every product goes beyond the order."),
    "met": gettext_lazy("The order is met as the rule asks."),
}


def rating_of(council: Council) -> RatingRule | None:
    """The scale by which a council rates; none where it does not."""
    ballot = rule_of(council).ballot
    if ballot is None or ballot.kind != "rating":
        return None
    return regime_of_council(council).rating_rule(ballot.rating)


def levels_of(rating: RatingRule) -> list[tuple[str, str]]:
    """Codes and names of the levels, best first as the scale lists them."""
    lang = get_language() or "vi"
    return [(level.id, level.label(lang)) for level in rating.levels]


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One thing that a member rates: a product's quality, its quantity, or the report."""

    id: str
    sort: str
    sort_label: str
    row: Mapping[str, str]
    claimed: str = ""

    @property
    def title(self) -> str:
        english = (get_language() or "vi").startswith("en")
        name = self.row.get("title_en") if english else ""
        return name or self.row.get("title") or self.sort_label

    @property
    def label(self) -> str:
        if self.sort == REPORT:
            return self.sort_label
        return f"{self.title}: {self.sort_label}"

    @property
    def promised(self) -> str:
        return _shown(self.row.get("promised", ""))

    @property
    def delivered(self) -> str:
        return _shown(self.row.get("delivered", ""))


def _shown(number: str) -> str:
    """A plain number with the decimal mark of the reader's language."""
    english = (get_language() or "vi").startswith("en")
    return number if english else number.replace(".", ",")


def criteria_of(item: CouncilItem) -> list[Criterion]:
    """What is rated of an item, product by product, the report last."""
    rating = rating_of(item.council)
    names = dict(levels_of(rating)) if rating is not None else {}
    return [
        Criterion(
            id=row["id"],
            sort=row["sort"],
            sort_label=str(SORTS[row["sort"]]),
            row=row,
            claimed=names.get(row.get("claimed", ""), ""),
        )
        for row in item.contents
        if row.get("sort") in SORTS
    ]


def share_of(row: Mapping[str, str]) -> Fraction | None:
    """Delivered of ordered, where both are numbers."""
    promised, delivered = row.get("promised", ""), row.get("delivered", "")
    if not promised or not delivered or not Decimal(promised):
        return None
    return Fraction(Decimal(delivered)) / Fraction(Decimal(promised))


def by_rule(
    item: CouncilItem, votes: Mapping[str, str]
) -> counting.MemberResult | None:
    """The level that the rule makes of a member's marks; none while one is missing."""
    rating = rating_of(item.council)
    after = regime_of_council(item.council).aftermath
    if rating is None or after is None:
        return None
    known = {level.id for level in rating.levels}
    rows = criteria_of(item)
    if not rows or any(votes.get(c.id) not in known for c in rows):
        return None
    return counting.member_level(
        member_rule(rating, after.acceptance),
        [
            counting.Mark(sort=c.sort, level=votes[c.id], share=share_of(c.row))  # type: ignore[arg-type]
            for c in rows
        ],
        late=any(c.row.get("late") for c in rows),
    )


def rating_problems(
    item: CouncilItem, written: Sheet, *, reviewer: bool
) -> list[Problem]:
    """What keeps a rating sheet from being handed in.

    Every criterion has its level. Who gives the whole another level than the rule makes
    of them, or the worst, says why in his opinion; so does a reviewer.
    """
    rating = rating_of(item.council)
    if rating is None:
        return []
    known = {level.id for level in rating.levels}
    problems = [
        Problem(
            field=f"vote-{c.id}",
            message=_("“%(title)s” is not rated yet.") % {"title": c.label},
            mend=_("Choose one of the levels."),
        )
        for c in criteria_of(item)
        if written.votes.get(c.id) not in known
    ]
    found = by_rule(item, written.votes)
    if written.vote and written.vote not in known:
        problems.append(
            Problem(
                field="vote",
                message=_("There is no such level."),
                mend=_("Choose one of the levels."),
            )
        )
    elif (
        found is not None
        and not written.opinion.strip()
        and (
            reviewer
            or (written.vote or found.level) == rating.worst
            or (written.vote and written.vote != found.level)
        )
    ):
        problems.append(
            Problem(
                field="opinion",
                message=_("This rating needs its reason."),
                mend=_("Write it in your own words; it goes into the minutes unnamed."),
            )
        )
    return problems


def rated_whole(item: CouncilItem, votes: Mapping[str, str], vote: str) -> str:
    """The level of a sheet: what the member says, else what the rule makes of his marks."""
    found = by_rule(item, votes)
    return vote or (found.level if found is not None else "")


@dataclass(frozen=True, kw_only=True)
class RatedLine:
    """What the council found of one criterion: how many gave which level, and the whole."""

    criterion: Criterion
    counts: tuple[tuple[str, int], ...]
    level: str
    label: str
    is_worst: bool
    sentences: tuple[str, ...]


def rated_lines(
    item: CouncilItem,
    figures: Mapping[str, Any],
    rating: RatingRule,
    say: Any,
) -> tuple[RatedLine, ...]:
    """The kept figures of each criterion in words; ``say`` turns a step into a sentence."""
    names = dict(levels_of(rating))
    found = {row["id"]: row for row in figures.get("criteria_rated", ())}
    return tuple(
        RatedLine(
            criterion=c,
            counts=tuple(
                (name, found[c.id]["counts"][k])
                for k, name in names.items()
                if k in found[c.id]["counts"]
            ),
            level=found[c.id]["level"],
            label=names.get(found[c.id]["level"], ""),
            is_worst=found[c.id]["level"] == rating.worst,
            sentences=tuple(say(step) for step in found[c.id]["steps"]),
        )
        for c in criteria_of(item)
        if c.id in found
    )


@dataclass(frozen=True, kw_only=True)
class RatedProduct:
    """What a concluded council found of one product, as plain values for who keeps them."""

    product: str
    level: str
    quality: str
    quantity: str
    remarks: tuple[str, ...]


def rated_products(item: CouncilItem) -> list[RatedProduct]:
    """The council's levels product by product: the worse of quality and quantity counts."""
    rating = rating_of(item.council)
    if rating is None:
        return []
    order = [rating.worst, rating.otherwise, rating.best]
    levels: dict[str, dict[str, str]] = {}
    found = {
        row["id"]: row["level"]
        for row in (item.result or {}).get("figures", {}).get("criteria_rated", ())
    }
    for c in criteria_of(item):
        if c.id in found and c.sort != REPORT:
            levels.setdefault(c.row["product"], {})[c.sort] = found[c.id]
    remarks: Sequence[Mapping[str, str]] = (item.result or {}).get("remarks", ())
    return [
        RatedProduct(
            product=key,
            level=min((v for v in both.values() if v), key=order.index, default=""),
            quality=both.get(QUALITY, ""),
            quantity=both.get(QUANTITY, ""),
            remarks=tuple(r[key] for r in remarks if r.get(key)),
        )
        for key, both in levels.items()
    ]
