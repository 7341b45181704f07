"""The official papers of a council: its minutes and its table of scores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from opensti.domains.panels import queries
from opensti.domains.panels.choices import (
    ASKED,
    VOTING,
    Outcome,
    SeatRole,
)
from opensti.kernel.citations import cited
from opensti.kernel.money import format_money
from opensti.ui.templatetags.ui import moment
from opensti.web.papers import issued, language_of_paper

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opensti.domains.panels.queries import ItemResult, Minutes, OrderResults
    from opensti.domains.procedures.regimes.format import CouncilRule

# The office numbers minutes by hand; the number of the council's decision is not theirs.
WAITING = "……"


def title_of(thing: Any) -> str:
    if language_of_paper() == "en" and thing.title_en:
        return str(thing.title_en)
    return str(thing.title_vi)


def _label(result: ItemResult) -> str:
    thing = result.item.dossier or result.item.order
    return f"{thing.code} {title_of(thing)}".strip()


def minutes_document(
    found: Minutes, seats: list[Any], rule: CouncilRule
) -> dict[str, Any]:
    """Return the minutes: who was there, what was said, what came out and why."""
    council, language = found.council, language_of_paper()
    on = localtime(council.concluded_at).date() if council.concluded_at else None
    voting = [s for s in seats if s.state in ASKED and s.role in VOTING]
    there = [s for s in voting if s.present]
    blocks: list[dict[str, Any]] = [
        {"kind": "heading", "text": _("1. The meeting")},
        {
            "kind": "pairs",
            "rows": [
                [_("Council"), title_of(council)],
                [_("Set up by decision"), council.decision_number],
                [_("Rule"), cited(rule.basis)],
                [_("Opened"), moment(council.opened_at) if council.opened_at else ""],
                [_("Place"), council.place],
                [
                    _("Members present"),
                    _("%(present)d of %(total)d")
                    % {"present": len(there), "total": len(voting)},
                ],
            ],
        },
        {
            "kind": "table",
            "title": _("Members"),
            "columns": [
                _("No."),
                _("Name"),
                _("Role in the council"),
                _("Attendance"),
            ],
            "right": [0],
            "widths": [1, 6, 4, 3],
            "rows": [
                [
                    n,
                    s.person.full_name,
                    SeatRole(s.role).label,
                    _("present") if s.present else _("absent"),
                ]
                for n, s in enumerate(voting, start=1)
            ],
        },
    ]
    # What nobody wrote here is filled in by hand.
    blocks.append({"kind": "heading", "text": _("2. The discussion")})
    blocks += [
        {"kind": "paragraph", "text": part}
        for part in (found.text or WAITING).split("\n\n")
        if part.strip()
    ]
    counters = [s.person.full_name for s in voting if s.counts_ballots]
    blocks.append({"kind": "heading", "text": _("3. The results")})
    blocks.append(
        {
            "kind": "paragraph",
            "text": _("The ballots were counted by %(names)s.")
            % {"names": ", ".join(counters)}
            if counters
            else _("The ballots were cast and counted electronically."),
        }
    )
    if any(result.place is not None for result in found.results):
        blocks.append(
            {
                "kind": "paragraph",
                "text": _(
                    "Order by order and by rank, those without a rank last; each says "
                    "its number on the agenda."
                ),
            }
        )
    number = 0
    for group in queries.by_order(found.results):
        blocks += _order_blocks(group)
        for result in group.results:
            number += 1
            blocks += _result_blocks(number, result)
    people = {s.role: s.person.full_name for s in there}
    return {
        **issued(language, on),
        "number": WAITING,
        "subtitle": title_of(council),
        "blocks": blocks,
        "signatures": [
            {
                "capacity": str(SeatRole.SECRETARY.label),
                "note": "",
                "name": people.get(SeatRole.SECRETARY, ""),
            },
            {
                "capacity": str(SeatRole.CHAIR.label),
                "note": "",
                "name": people.get(SeatRole.CHAIR) or people.get(SeatRole.VICE, ""),
            },
        ],
    }


def _order_blocks(group: OrderResults) -> list[dict[str, Any]]:
    """Name the order that the next dossiers compete for, and how many can be approved."""
    if group.order is None:
        return []
    said = [_order(group.order)]
    rule = group.one_winner
    if rule is not None and len(group.results) > 1:
        said.append(
            _("Only one dossier of the order can be approved, %(article)s.")
            % {"article": cited(rule.basis)}
        )
    return [{"kind": "paragraph", "text": text} for text in said]


def _order(order: Any) -> str:
    return _("Order %(code)s: %(title)s") % {
        "code": order.code,
        "title": title_of(order),
    }


def _result_blocks(number: int, result: ItemResult) -> list[dict[str, Any]]:
    rows = [[_("Number on the agenda"), str(result.number)]]
    if result.place is not None:
        rows.append([_("Rank"), str(result.place)])
    rows.append([_("Result"), result.outcome_label])
    if result.rating:
        rows.append([_("Rating"), result.rating])
    if result.levels:
        given = "; ".join(f"{name}: {n}" for name, n in result.levels)
        rows.append([_("Ballots"), given])
    if result.final:
        rows.append([_("Final score"), result.final])
    if result.votes:
        rows.append(
            [
                _("Votes"),
                _("%(yes)d yes, %(no)d no, %(blank)d blank") % dict(result.votes),
            ]
        )
    if result.amount is not None:
        rows.append([_("Proposed amount"), format_money(result.amount)])
    if result.item.recommendation:
        rows.append([_("Recommendation"), result.item.recommendation])
    blocks: list[dict[str, Any]] = [
        {"kind": "article", "label": f"3.{number}.", "text": _label(result)},
        {"kind": "pairs", "rows": rows},
    ]
    blocks += _tables(result)
    if result.sentences:
        blocks.append({"kind": "list", "items": list(result.sentences)})
    return blocks


def _tables(result: ItemResult) -> list[dict[str, Any]]:
    """What was voted on or rated one by one."""
    blocks: list[dict[str, Any]] = []
    if result.contents:
        blocks.append(
            {
                "kind": "table",
                "columns": [
                    _("Content"),
                    _("Amount"),
                    pgettext("votes", "Yes"),
                    pgettext("votes", "No"),
                    _("Result"),
                ],
                "right": [1, 2, 3],
                "widths": [7, 3, 1.5, 1.5, 3],
                "rows": [
                    [
                        line.title,
                        format_money(line.amount),
                        line.yes,
                        line.no,
                        Outcome.PROPOSED.label
                        if line.passed
                        else Outcome.NOT_PROPOSED.label,
                    ]
                    for line in result.contents
                ],
            }
        )
    if result.rated:
        blocks.append(
            {
                "kind": "table",
                "columns": [
                    _("Criterion"),
                    _("Ordered"),
                    _("Delivered"),
                    _("Ballots"),
                    _("The council's level"),
                ],
                "widths": [5, 2.5, 2.5, 4, 2],
                "rows": [
                    [
                        line.criterion.label,
                        *_ordered_and_delivered(line.criterion),
                        "; ".join(f"{name}: {n}" for name, n in line.counts),
                        line.label,
                    ]
                    for line in result.rated
                ],
            }
        )
    return blocks


def _ordered_and_delivered(criterion: Any) -> tuple[str, str]:
    """Numbers where a quantity is rated, words where anything else is."""
    row: Mapping[str, str] = criterion.row
    if criterion.sort == "quantity":
        unit = row.get("unit", "")
        return (
            f"{criterion.promised} {unit}".strip(),
            f"{criterion.delivered} {unit}".strip(),
        )
    return row.get("quality", ""), row.get("said", "")


def score_document(found: Minutes) -> dict[str, Any]:
    """Return the table of scores: order by order, one row per item, then the criteria."""
    council, language = found.council, language_of_paper()
    on = localtime(council.concluded_at).date() if council.concluded_at else None
    if any(result.levels for result in found.results):
        return _rated_document(found, issued(language, on))
    blocks: list[dict[str, Any]] = [
        {
            "kind": "table",
            **({"title": _order(group.order)} if group.order is not None else {}),
            "columns": [
                _("Rank"),
                _("Case"),
                _("Ballots"),
                _("Mean score"),
                _("Bonus"),
                _("Final score"),
                _("Result"),
            ],
            "right": [0, 2, 3, 4, 5],
            "widths": [1, 9, 2, 2, 2, 2, 3],
            "rows": [
                [
                    r.place or "",
                    _label(r),
                    r.votes.get("cast", len(r.ballots)),
                    r.mean,
                    r.bonus,
                    r.final,
                    r.outcome_label,
                ]
                for r in group.results
            ],
        }
        for group in queries.by_order(found.results)
    ]
    blocks.extend(
        {
            "kind": "table",
            "title": _label(result),
            "columns": [_("Criterion"), _("Mean"), _("Most"), _("Zeros")],
            "right": [1, 2, 3],
            "widths": [10, 2, 2, 2],
            "rows": [[c.label, c.mean, c.max, c.zeros] for c in result.criteria],
        }
        for result in found.results
        if result.criteria
    )
    return {
        **issued(language, on),
        "number": WAITING,
        "subtitle": title_of(council),
        "blocks": blocks,
        "signatures": [
            {"capacity": str(SeatRole.SECRETARY.label), "note": "", "name": ""},
            {"capacity": str(SeatRole.CHAIR.label), "note": "", "name": ""},
        ],
    }


def _rated_document(found: Minutes, head: dict[str, Any]) -> dict[str, Any]:
    """Where levels are given: how many gave each, item by item, and what came out."""
    rated = [result for result in found.results if result.levels]
    names = list(dict.fromkeys(name for r in rated for name, _n in r.levels))
    blocks: list[dict[str, Any]] = [
        {
            "kind": "table",
            "columns": [_("No."), _("Case"), *names, _("Rating"), _("Result")],
            "right": [0, *range(2, 2 + len(names))],
            "widths": [1, 8, *(2 for _name in names), 2.5, 3],
            "rows": [
                [
                    n,
                    _label(r),
                    *(dict(r.levels).get(name, 0) for name in names),
                    r.rating,
                    r.outcome_label,
                ]
                for n, r in enumerate(rated, start=1)
            ],
        }
    ]
    for result in rated:
        blocks += [table | {"title": _label(result)} for table in _tables(result)]
    return {
        **head,
        "number": WAITING,
        "title": _("Minutes of the count of ballots"),
        "subtitle": title_of(found.council),
        "blocks": blocks,
        "signatures": [
            {"capacity": str(SeatRole.SECRETARY.label), "note": "", "name": ""},
            {"capacity": str(SeatRole.CHAIR.label), "note": "", "name": ""},
        ],
    }
