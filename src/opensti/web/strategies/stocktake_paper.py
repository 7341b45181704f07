"""The minutes of a stocktake in Word and PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.strategies import queries
from opensti.kernel.access import require
from opensti.ui.templatetags.ui import day
from opensti.web.papers import BLANK, issued, language_of_paper, official, signed_by

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.domains.strategies.queries import StocktakeView
    from opensti.web.requests import Request


def minutes_document(view: StocktakeView) -> dict[str, Any]:
    """What the stocktake saw, how it judged, what it decided; the digest of what it saw."""
    found, lang = view.stocktake, language_of_paper()
    blocks: list[dict[str, Any]] = [
        {
            "kind": "pairs",
            "rows": [
                [_("Strategy or plan"), f"{view.card.plan} {view.card.title}"],
                [_("Day of the meeting"), day(found.held_on)],
            ],
        },
        {"kind": "heading", "text": _("1. The discussion")},
        *(
            {"kind": "paragraph", "text": part}
            for part in (found.minutes or BLANK).split("\n\n")
            if part.strip()
        ),
        {"kind": "heading", "text": _("2. The targets")},
        {
            "kind": "table",
            "title": _("Scorecard"),
            "columns": [_("Indicator"), _("Target"), _("Value"), _("Light"), _("Judgement")],
            "right": [],
            "widths": [5, 4, 3, 3, 5],
            "rows": [_row(view, line) for line in view.card.lines],
        },
    ]  # fmt: skip
    blocks.append({"kind": "heading", "text": _("3. What is decided")})
    if view.decisions:
        blocks.append(
            {
                "kind": "table",
                "title": _("Decisions"),
                "columns": [_("Decision"), _("Who"), _("Until"), _("Carried out")],
                "right": [],
                "widths": [8, 5, 3, 3],
                "rows": [
                    [
                        d.text,
                        d.owner.name if d.owner else d.owner_name,
                        day(d.due_on),
                        day(d.done_on) if d.done_on else "",
                    ]
                    for d in view.decisions
                ],
            }
        )
    else:
        blocks.append({"kind": "paragraph", "text": _("Nothing was decided.")})
    if found.digest:
        blocks.append(
            {
                "kind": "paragraph",
                "text": _("Digest of the scorecard (SHA-256): %(digest)s")
                % {"digest": found.digest},
            }
        )
    return {
        **issued(lang, found.held_on),
        "number": BLANK,
        "title": _("Minutes of a stocktake"),
        "subtitle": str(found.title),
        "blocks": blocks,
        "signatures": [signed_by(lang)],
    }


def _row(view: StocktakeView, line: queries.Line) -> list[str]:
    judged = view.judgements.get(line.target)
    said = f"{judged.get_likelihood_display()}: {judged.reason}" if judged else ""
    return [
        f"{line.code} {line.name}",
        queries.wanted_words(line),
        queries.value_words(line),
        queries.light_words(line.light),
        said,
    ]


@require_safe
def stocktake_minutes(request: Request, public_id: str, kind: str) -> HttpResponse:
    """The minutes as Word or PDF."""
    require(request.actor, "strategies.list_stocktakes")
    view = queries.stocktake_view(request.actor, public_id, as_of=now())
    return official(
        "minutes", minutes_document(view), kind=kind, name=f"stocktake-{public_id}"
    )
