"""Minutes of the book of assets in Word and PDF: hand-over, disposal, stocktake."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.contracts import queries as contracts
from opensti.domains.results import queries
from opensti.domains.results.choices import AssetEventKind as Kind
from opensti.domains.results.choices import HandlingForm
from opensti.kernel.money import format_money
from opensti.ui.templatetags.ui import percent
from opensti.web.papers import issued, language_of_paper, official

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpResponse

    from opensti.domains.results.models import Asset, AssetEvent
    from opensti.web.requests import Request

# Lines of the book of which minutes are written.
WITH_MINUTES = (Kind.HANDED_OVER, Kind.DISPOSED)


def _day(day: date) -> str:
    return date_format(day, "d/m/Y")


def of_asset(asset: Asset) -> list[list[str]]:
    """What the book of an asset says of it, as rows of names and values."""
    return [
        [_("Inventory number"), asset.code],
        [_("Name of the asset"), asset.name],
        [_("Kind of asset"), str(asset.get_kind_display())],
        [_("Contract"), asset.contract.number],
        [_("Host"), asset.contract.host.name],
        [_("Formed on"), _day(asset.formed_on)],
        [_("Quantity"), f"{asset.quantity.normalize():f} {asset.unit}".strip()],
        [_("Original value"), format_money(asset.original_value)],
        [_("State's share (%)"), percent(asset.state_share)],
        [_("Serial number"), asset.serial],
        [_("Place"), asset.place],
    ]


def minutes(
    asset: Asset, event: AssetEvent, decision: AssetEvent | None
) -> dict[str, Any]:
    """The minutes of a hand-over or disposal; signed by hand by both sides."""
    language = language_of_paper()
    number = event.number or (decision.number if decision else "")
    handed = event.kind == Kind.HANDED_OVER
    form = str(HandlingForm(event.form).label) if event.form else ""
    facts = [
        [_("Form of handling"), form],
        [_("Number of the decision"), number],
        [_("Date"), _day(event.on)],
        [_("Received by"), event.party],
    ]
    if event.amount is not None:
        facts.append([_("Amount (đồng)"), format_money(event.amount)])
    return {
        **issued(language, event.on),
        "title": _("Minutes of hand-over of an asset")
        if handed
        else _("Minutes of disposal of an asset"),
        "subtitle": asset.name,
        "blocks": [
            {"kind": "heading", "text": _("The asset")},
            {"kind": "pairs", "rows": [row for row in of_asset(asset) if row[1]]},
            {"kind": "heading", "text": _("What was done")},
            {"kind": "pairs", "rows": [row for row in facts if row[1]]},
            *([{"kind": "paragraph", "text": event.text}] if event.text else []),
        ],
        "signatures": [
            {"capacity": _("For who hands over"), "note": "", "name": ""},
            {"capacity": _("For who receives"), "note": "", "name": ""},
        ],
    }


@require_safe
def asset_minutes(
    request: Request, public_id: str, event_id: str, kind: str
) -> HttpResponse:
    """The minutes of one line of the book, as a download."""
    asset = queries.asset(request.actor, public_id)
    book = list(queries.events_of(request.actor, asset))
    event = next(
        (e for e in book if e.public_id == event_id and e.kind in WITH_MINUTES), None
    )
    if event is None:
        raise Http404
    decision = next(
        (
            e
            for e in reversed(book)
            if e.kind in {Kind.DECISION, Kind.USE_RIGHT} and e.pk < event.pk
        ),
        None,
    )
    return official(
        "minutes",
        minutes(asset, event, decision),
        kind=kind,
        name=f"{event.kind}-{asset.code}",
    )


@require_safe
def stocktake_minutes(
    request: Request, public_id: str, year: int, kind: str
) -> HttpResponse:
    """The minutes of a year's stocktake: what is there, what is missing."""
    contract = contracts.contract(request.actor, public_id)
    stocktake = queries.stocktakes_of(request.actor, contract).filter(year=year).first()
    if stocktake is None:
        raise Http404
    rows: list[list[Any]] = []
    for asset in queries.with_book(queries.assets_of(request.actor, contract)):
        lines = [
            e
            for e in asset.events.all()
            if e.kind in {Kind.FOUND, Kind.MISSING} and e.detail.get("year") == year
        ]
        if lines:
            rows.append(
                [
                    len(rows) + 1,
                    asset.code,
                    asset.name,
                    f"{asset.quantity.normalize():f} {asset.unit}".strip(),
                    format_money(asset.original_value),
                    _("missing") if lines[-1].kind == Kind.MISSING else _("found"),
                ]
            )
    context = {
        **issued(language_of_paper(), stocktake.on),
        "title": _("Minutes of the stocktake of %(year)s") % {"year": year},
        "subtitle": _("Contract %(number)s") % {"number": contract.number},
        "blocks": [
            {
                "kind": "table",
                "columns": [
                    _("No."),
                    _("Inventory number"),
                    _("Name of the asset"),
                    _("Quantity"),
                    _("Original value"),
                    _("Found or missing"),
                ],
                "right": [0, 4],
                "widths": [1, 3, 7, 2.5, 3.5, 3],
                "rows": rows,
            },
            *(
                [{"kind": "paragraph", "text": stocktake.note}]
                if stocktake.note
                else []
            ),
        ],
        "signatures": [
            {"capacity": _("For the host"), "note": "", "name": ""},
            {"capacity": _("Who counted"), "note": "", "name": ""},
        ],
    }
    return official("minutes", context, kind=kind, name=f"stocktake-{year}")
