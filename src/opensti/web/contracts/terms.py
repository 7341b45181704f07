"""What a contract says on a day, and what differs between any two of its terms."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.contracts import queries
from opensti.domains.contracts.choices import LumpSum
from opensti.domains.contracts.queries.beside import differences, said_by
from opensti.domains.contracts.queries.in_force import all_terms, snapshots
from opensti.ui.pages import Crumb
from opensti.web.contracts.tabs import crumbs, tabs

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.web.requests import Request


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _number(text: str, known: dict[int, object]) -> int | None:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None  # noqa: PLR2004 -- no number of terms is longer
    return number if number in known else None


@require_safe
def terms_page(request: Request, public_id: str) -> HttpResponse:
    """``?on=2027-03-10`` says the day; ``?old=1&new=2`` compares two terms."""
    contract = queries.contract(request.actor, public_id)
    terms = all_terms(request.actor, contract)
    asked = request.GET.get("on", "")
    on = _day(asked) if asked else localdate()
    in_force = max(
        (t for t in terms if on and t.in_force_from <= on),
        key=lambda t: (t.in_force_from, t.number),
        default=None,
    )
    shots = snapshots(contract, terms)
    old = _number(request.GET.get("old", ""), {**shots})
    new = _number(request.GET.get("new", ""), {**shots})
    if terms and (old is None or new is None):
        new = in_force.number if in_force else terms[-1].number
        old = max(new - 1, terms[0].number)
    shown = shots[in_force.number] if in_force else None
    return render(
        request,
        "web/contracts/terms.html",
        {
            "title": _("In force on a day"),
            "breadcrumb": crumbs(contract, Crumb(_("In force on a day"))),
            "tabs": tabs(contract, "contracts:terms"),
            "contract": contract,
            "on": on,
            "asked": asked,
            "wrong_day": bool(asked) and on is None,
            "in_force": in_force,
            "said": said_by(shown) if shown else [],
            "lump": LumpSum(shown["terms"]["lump_sum"]).label if shown else "",
            "terms": terms,
            "old": old,
            "new": new,
            "found": differences(shots[old], shots[new])
            if old is not None and new is not None
            else [],
        },
    )
