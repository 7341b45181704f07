"""The statement of a council's independence: on the page, in Word and as PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.panels import queries
from opensti.domains.panels.choices import SeatRole, TieKind
from opensti.kernel.access import require
from opensti.kernel.citations import cited
from opensti.ui.templatetags.ui import moment
from opensti.web.panels.conflict_said import days, percent
from opensti.web.panels.conflict_tables import thing_of
from opensti.web.papers import issued, language_of_paper, official

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse

    from opensti.domains.panels.models import Conflict, ConflictSearch
    from opensti.domains.panels.queries import Independence
    from opensti.web.requests import Request

# The registers that were looked at, as people call them.
REGISTERS = (
    "people",
    "organisations",
    "positions",
    "works",
    "relations",
    "projects",
    "judged",
)


@require_safe
def independence(request: Request, public_id: str, kind: str) -> HttpResponse:
    """Who sits, checked against which data and when, which cases, and what was said."""
    actor = request.actor
    council = queries.council(actor, public_id)
    require(actor, "panels.list_conflicts")
    return official(
        "independence",
        statement(queries.independence(actor, council)),
        kind=kind,
        name=f"independence-{council.public_id}",
    )


def statement(found: Independence) -> dict[str, Any]:
    """The paper's parts, for the renderer."""
    council = found.council
    language = language_of_paper()
    blocks: list[dict[str, Any]] = [
        {"kind": "heading", "text": _("1. The council")},
        {
            "kind": "pairs",
            "rows": [
                [_("Council"), str(council.title)],
                [_("Set up by decision"), council.decision_number],
                [_("Rule"), cited(queries.rule_of(council).basis)],
                [_("Items"), str(len(found.items))],
                [_("Cases still to be judged"), str(found.open)],
            ],
        },
        {
            "kind": "table",
            "title": _("Members"),
            "columns": [_("No."), _("Name"), _("Seat"), _("Answer"), _("Declaration")],
            "right": [0],
            "widths": [1, 6, 4, 3, 8],
            "rows": [
                [
                    n,
                    seat.person.full_name,
                    SeatRole(seat.role).label,
                    seat.get_state_display(),
                    seat.declaration or "—",
                ]
                for n, seat in enumerate(found.seats, start=1)
            ],
        },
        {"kind": "heading", "text": _("2. What was looked at")},
        *_searches(found.searches),
        {"kind": "heading", "text": _("3. Cases and verdicts")},
    ]
    if found.cases:
        blocks += [block for case in found.cases for block in _case(case)]
    else:
        blocks.append(
            {
                "kind": "paragraph",
                "text": _("No tie between a member and an item was found or declared."),
            }
        )
    return {
        **issued(language, None),
        "subtitle": str(council.title),
        "blocks": blocks,
        "signatures": [
            {
                "capacity": _("Council secretary"),
                "note": "",
                "name": str(council.secretary or ""),
            }
        ],
    }


def _searches(searches: Any) -> list[dict[str, Any]]:
    if not searches:
        return [
            {
                "kind": "paragraph",
                "text": _(
                    "No search over the call was made; each member was looked at when the seat was given."
                ),
            }
        ]
    return [
        {
            "kind": "table",
            "columns": [
                _("When"),
                _("By whom"),
                _("Method"),
                _("Rows looked at"),
                _("Length of the record"),
                _("SHA-256 of the data"),
            ],
            "right": [4],
            "widths": [3, 3, 2.5, 6, 2.5, 8],
            "rows": [_search(row) for row in searches],
        }
    ]


def _search(row: ConflictSearch) -> list[Any]:
    labels = {
        "people": _("people"),
        "organisations": _("organisations"),
        "positions": _("positions"),
        "works": _("works"),
        "relations": _("relations"),
        "projects": _("teams"),
        "judged": _("judgements"),
    }
    return [
        moment(row.done_at),
        str(row.asked_by or _("by itself")),
        row.method,
        ", ".join(f"{labels[name]} {row.data.get(name, 0)}" for name in REGISTERS),
        row.log_size,
        row.data_digest,
    ]


def _case(case: Conflict) -> list[dict[str, Any]]:
    thing = thing_of(case)
    return [
        {
            "kind": "article",
            "label": case.person.full_name,
            "text": f"{thing.code} · {case.get_kind_display()}",
        },
        {
            "kind": "pairs",
            "rows": [
                [_("State"), str(case.get_state_display())],
                [_("Probability"), percent(case.probability)],
                [_("Rule"), cited(case.article) if case.article else "—"],
                *([[_("Condition"), case.condition]] if case.condition else []),
                [_("SHA-256 of the evidence"), case.digest],
            ],
        },
        {
            "kind": "list",
            "items": [_tie(tie) for tie in case.evidence]
            + [_verdict(v) for v in case.verdicts.all()],
        },
    ]


def _tie(tie: Mapping[str, Any]) -> str:
    parts = [
        str(TieKind(tie["kind"]).label),
        tie["other_name"],
        tie["about"],
        days(tie["since"], tie["until"]),
        percent(tie["probability"]),
    ]
    return " · ".join(part for part in parts if part)


def _verdict(verdict: Any) -> str:
    said = _("%(finding)s: %(reason)s (%(who)s, %(when)s)") % {
        "finding": verdict.get_finding_display(),
        "reason": verdict.reason,
        "who": verdict.given_by,
        "when": moment(localtime(verdict.given_at)),
    }
    if verdict.confirmed_by is not None:
        said += " " + _("confirmed by %(who)s, %(when)s") % {
            "who": verdict.confirmed_by,
            "when": moment(localtime(verdict.confirmed_at)),
        }
    elif verdict.needs_second:
        said += " " + _("waits for a second person")
    return said
