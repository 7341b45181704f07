"""What is decided of assets: the inventory with the plan of handling, and the decision."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.contracts import queries as contracts
from opensti.domains.results import queries
from opensti.domains.results.choices import AssetEventKind as Kind
from opensti.domains.results.choices import HandlingForm
from opensti.kernel.bilingual import pick
from opensti.kernel.citations import cited
from opensti.kernel.money import format_money, in_words
from opensti.ui.templatetags.ui import day
from opensti.web.contracts.decisions import article
from opensti.web.papers import (
    BLANK,
    grounds,
    issued,
    issued_by,
    language_of_paper,
    of_the_host,
    office,
    official,
    signed_by,
)
from opensti.web.results.documents import of_asset
from opensti.web.results.fields import percent_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse

    from opensti.domains.contracts.models import Contract
    from opensti.domains.results.models import Asset, AssetEvent
    from opensti.web.requests import Request


def inventory_document(contract: Contract, assets: Sequence[Asset]) -> dict[str, Any]:
    """All assets of a contract with what the host proposes for each; no query.

    ``assets`` come with their books.
    """
    lang = language_of_paper()
    host = pick(contract.host.name_vi, contract.host.name_en)
    rows: list[list[Any]] = []
    for n, asset in enumerate(assets, start=1):
        plan = next(
            (e for e in reversed(asset.events.all()) if e.kind == Kind.PLAN), None
        )
        rows.append(
            [
                n,
                asset.code,
                asset.name,
                str(asset.get_kind_display()),
                day(asset.formed_on),
                f"{asset.quantity.normalize():f} {asset.unit}".strip(),
                format_money(asset.original_value, unit=False),
                percent_text(asset.state_share),
                asset.custodian or asset.place,
                "\n".join(
                    text
                    for text in (
                        str(HandlingForm(plan.form).label) if plan.form else "",
                        plan.text,
                    )
                    if text
                )
                if plan is not None
                else "",
            ]
        )
    whole = sum((asset.original_value for asset in assets), Decimal(0))
    rows.append(
        ["", "", _("Total"), "", "", "", format_money(whole, unit=False), "", "", ""]
    )
    return {
        **issued_by(lang, host, None),
        "number": BLANK,
        "to": [office(lang)],
        "title": _("Inventory of the assets formed, with the plan of their handling"),
        "subtitle": _("Contract %(number)s: %(title)s")
        % {
            "number": contract.number or BLANK,
            "title": pick(contract.title_vi, contract.title_en),
        },
        "blocks": [
            {
                "kind": "table",
                "title": _("In đồng"),
                "columns": [
                    _("No."),
                    _("Inventory number"),
                    _("Name of the asset"),
                    _("Kind of asset"),
                    _("Formed on"),
                    _("Quantity"),
                    _("Original value"),
                    _("State's share (%)"),
                    _("Custodian or place"),
                    _("Proposed handling, condition"),
                ],
                "right": [0, 6, 7],
                "widths": [0.8, 2, 5, 3, 2.2, 1.8, 3, 1.6, 3, 4],
                "rows": rows,
            },
            *(
                [
                    {
                        "kind": "paragraph",
                        "text": _(
                            "Original value of all together, in words: %(words)s."
                        )
                        % {"words": in_words(whole)},
                    }
                ]
                if lang == "vi"
                else []
            ),
        ],
        "signatures": of_the_host(contract.leader.full_name if contract.leader else ""),
    }


def decision_document(asset: Asset, event: AssetEvent) -> dict[str, Any]:
    """The decision on what becomes of an asset."""
    lang, contract = language_of_paper(), asset.contract
    host = pick(contract.host.name_vi, contract.host.name_en)
    found = queries.ownership_of(asset)
    form = str(HandlingForm(event.form).label) if event.form else BLANK
    rows = [[_("Form of handling"), form]]
    if event.party:
        rows.append([_("Received by"), event.party])
    if event.amount is not None:
        amount = format_money(event.amount)
        if lang == "vi":
            amount = f"{amount} ({in_words(event.amount)})"
        rows.append([_("Amount (đồng)"), amount])
    if opinion := event.detail.get("opinion"):
        rows.append([_("Opinion that was asked"), str(opinion)])
    if event.text:
        rows.append([_("Reason"), event.text])
    return {
        **issued(lang, event.on),
        "number": event.number or BLANK,
        "subtitle": _("On the handling of an asset formed by a task"),
        "basis": grounds(
            lang,
            [
                cited(found.rule.basis, language=lang) if found.rule else "",
                _("Contract %(number)s") % {"number": contract.number or BLANK},
            ],
        ),
        "blocks": [
            {
                "kind": "article",
                "label": article(1),
                "text": _("This asset is handled as follows:"),
            },
            {"kind": "pairs", "rows": [row for row in of_asset(asset) if row[1]]},
            {"kind": "pairs", "rows": rows},
            {
                "kind": "article",
                "label": article(2),
                "text": _(
                    "%(host)s and the units concerned hand over, enter in the books and "
                    "report as the law says."
                )
                % {"host": host},
            },
            {
                "kind": "article",
                "label": article(3),
                "text": _("%(host)s and the units concerned carry out this Decision.")
                % {"host": host},
            },
        ],
        "recipients": [host, _("Archives.")],
        "signatures": [signed_by(lang)],
    }


@require_safe
def inventory(request: Request, public_id: str, kind: str) -> HttpResponse:
    """The inventory of a contract with the proposals of its host; 3 queries more."""
    contract = contracts.contract(request.actor, public_id)
    assets = list(queries.with_book(queries.assets_of(request.actor, contract)))
    if not assets:
        raise Http404
    return official(
        "inventory",
        inventory_document(contract, assets),
        kind=kind,
        name=f"inventory-{contract.public_id}",
    )


@require_safe
def handling_decision(
    request: Request, public_id: str, event_id: str, kind: str
) -> HttpResponse:
    """The decision of one line of the book, as a paper to be signed."""
    asset = queries.asset(request.actor, public_id)
    event = next(
        (
            e
            for e in queries.events_of(request.actor, asset)
            if e.public_id == event_id and e.kind in (Kind.DECISION, Kind.USE_RIGHT)
        ),
        None,
    )
    if event is None:
        raise Http404
    return official(
        "decision",
        decision_document(asset, event),
        kind=kind,
        name=f"handling-{asset.code}",
    )
