"""The history of a public thing, and the receipt of any public act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.publications import queries
from opensti.portal.limits import limit_strangers
from opensti.portal.told import change_lines, line_of
from opensti.ui.pages import Crumb
from opensti.ui.receipts import receipt_file

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

RECEIPTS_A_MINUTE = 60


@require_safe
def receipt(request: HttpRequest, position: int) -> HttpResponse:
    """The receipt of a public act by its number in the record; of others there is none."""
    limit_strangers(request, "receipt", per_minute=RECEIPTS_A_MINUTE)
    return receipt_file(queries.receipt_of_act(position), f"act-{position}")


@require_safe
def thing_receipt(request: HttpRequest, public_id: str, kind: str) -> HttpResponse:
    """The receipt of the act by which a call, a decision or an honour became public."""
    limit_strangers(request, "receipt", per_minute=RECEIPTS_A_MINUTE)
    return receipt_file(*queries.receipt_of_thing(kind, public_id, at=now()))


@require_safe
def history(request: HttpRequest, public_id: str, kind: str) -> HttpResponse:
    """Every public act on a thing, and each published fact that became another."""
    found = queries.history(kind, public_id, at=now())
    page = reverse(f"portal:{kind}", args=[public_id])
    return render(
        request,
        "portal/history.html",
        {
            "title": _("History: %(title)s") % {"title": found.title},
            "breadcrumb": [Crumb(found.title, page), Crumb(_("History"))],
            "page": page,
            "corrections": change_lines(c for c in found.changes if c.correction),
            "changes": change_lines(c for c in found.changes if not c.correction),
            "lines": [line_of(one) for one in found.moments],
        },
    )
