"""The annex of an amendment: before, after and the difference, from two texts."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language, override

from opensti.domains.calls.choices import BudgetCategory
from opensti.domains.contracts.choices import LumpSum
from opensti.domains.contracts.problem import digest
from opensti.domains.contracts.queries import budget_differences, differences
from opensti.web.contracts.writing.annexes import day_of, named, quantity
from opensti.web.contracts.writing.contract_paper import parties, two_sides
from opensti.web.contracts.writing.wording import Wording, paragraph, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from opensti.domains.contracts.models import BudgetItem
    from opensti.domains.contracts.queries import Difference
    from opensti.web.contracts.writing.contract_paper import Paper

_NAMES = {"title_vi": "title", "title_en": "title"}


def amendment_document(
    paper: Paper,
    before: Mapping[str, Any],
    language: str,
    *,
    number: int,
    in_force_from: date,
    reason: str = "",
    lines_before: Sequence[BudgetItem] = (),
) -> dict[str, Any]:
    """Return the annex that leads from ``before`` to what ``paper`` says; no query.

    Lines of the budget are laid side by side where ``lines_before`` is given.
    """
    with override(language):
        say = Wording(language)
        rows = difference_rows(
            before,
            paper.content,
            language=language,
            lines=(lines_before, paper.lines if lines_before else ()),
        )
        blocks = [
            *parties(say, paper, say("amendment.intro")),
            table(
                [
                    (say("columns.place"), 4, False),
                    (say("columns.before"), 5, False),
                    (say("columns.after"), 5, False),
                    (say("columns.difference"), 3.4, True),
                ],
                rows,
            )
            if rows
            else paragraph(say("amendment.nothing")),
        ]
        if reason.strip():
            blocks.append(paragraph(say("amendment.reason", reason=reason.strip())))
        blocks += [
            paragraph(say("amendment.in_force", day=say.day(in_force_from))),
            paragraph(say("amendment.before", sha256=digest(before))),
            paragraph(say("amendment.after", sha256=digest(paper.content))),
        ]
        return {
            "language": language,
            "title": say("amendment.title", n=number),
            "subtitle": say("amendment.under", number=paper.content["number"]),
            "basis": [t for t in [say("reading_copy")] if t],
            "blocks": blocks,
            "signatures": two_sides(say),
            "footer": say.foot(digest(paper.content), paper.code),
        }


def difference_rows(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    language: str = "",
    lines: tuple[Iterable[BudgetItem], Iterable[BudgetItem]] = ((), ()),
) -> list[list[str]]:
    """What, before, after and the difference, in words; one row for each difference."""
    active = language or ("en" if (get_language() or "vi").startswith("en") else "vi")
    say = Wording(active)
    old, new = ([_line(item) for item in side] for side in lines)
    every = [*differences(before, after), *budget_differences(old, new)]
    return [_row(say, each) for each in every]


def _line(item: BudgetItem) -> dict[str, Any]:
    """What a difference of budgets is about: the key follows a line through versions."""
    return {
        "key": item.key,
        "category": item.category,
        "description": item.description,
        "year": item.year,
        "source": item.source,
        "amount": f"{item.amount:f}",
    }


def _row(say: Wording, each: Difference) -> list[str]:
    row = each.after or each.before
    if each.kind == "row":
        name = say(f"changed.{each.place}", name=_name(each.place, row))
    else:
        name = say(f"changed.{_NAMES.get(each.place, each.place)}")
    return [
        name,
        _text(say, each.place, each.kind, each.before),
        _text(say, each.place, each.kind, each.after),
        _more(say, each),
    ]


def _name(place: str, row: Mapping[str, Any]) -> str:
    if place == "instalment":
        return str(row["label"])
    if place == "line":
        label = str(BudgetCategory(row["category"]).label)
        return f"{label}, {row['description']} ({row['year']})"
    return named(row, "name")


def _text(say: Wording, place: str, kind: str, value: Any) -> str:
    if value is None or value == "":
        return "—"
    if kind == "money":
        return say.money(value)
    if kind == "day":
        return say.day(day_of(value))
    if place == "lump_sum":
        return str(LumpSum(value).label)
    if kind != "row":
        return str(value)
    said = []
    if place == "product":
        said = [named(value, "name"), quantity(say, value["quantity"], value["unit"])]
        said.append(value["quality"])
    elif place == "milestone":
        said = [named(value, "name"), value["evidence"]]
    else:
        said = [say.money(Decimal(value["amount"]))]
        said.append(value.get("evidence", ""))
    if value.get("due_on"):
        said.append(say.day(day_of(value["due_on"])))
    return "\n".join(part for part in said if part)


def _more(say: Wording, each: Difference) -> str:
    if each.before is None:
        gone = say("amendment.added")
    elif each.after is None:
        gone = say("amendment.removed")
    else:
        gone = ""
    if each.more is not None:
        sign = "+" if each.more > 0 else ""
        return f"{sign}{say.money(each.more)} {gone}".strip()
    if each.kind == "day" and each.before and each.after:
        old, new = day_of(each.before), day_of(each.after)
        if old is not None and new is not None:
            return say("amendment.days_more", n=f"{(new - old).days:+d}")
    return gone
