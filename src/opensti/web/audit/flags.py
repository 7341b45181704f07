"""Red flags over the house's own tasks, for auditors and leaders, year by year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.publications import queries
from opensti.kernel.refusals import NotFound
from opensti.ui.pages import Crumb
from opensti.ui.red_flags import WORDS, told

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.domains.publications.queries.flag_rows import About, Flag
    from opensti.web.requests import Request

PAGES = {
    "contract": "contracts:contract",
    "acceptance": "results:acceptance",
    "dossier": "calls:dossier",
    "screening": "overlaps:screening",
}
# The gravest stand first; beyond, a year has more than one person looks through.
SHOWN = 100


@require_safe
def red_flags(request: Request, year: int | None = None) -> HttpResponse:
    """Each flag with what it means and does not mean, and what raised it."""
    today = localdate()
    years = queries.red_flag_years(request.actor)
    if year is not None and year not in years:
        raise NotFound
    asked = year or (years[0] if years else today.year)
    found = queries.red_flags(request.actor, year=asked, today=today)
    title = _("Red flags of %(year)s") % {"year": asked}
    crumbs = [Crumb(_("Red flags"))]
    if year:
        crumbs = [Crumb(_("Red flags"), reverse("audit:flags")), Crumb(str(asked))]
    return render(
        request,
        "web/audit/flags.html",
        {
            "title": title,
            "breadcrumb": crumbs,
            "found": found,
            "years": [(one, reverse("audit:flags_of", args=[one])) for one in years],
            "kinds": [
                {
                    "key": key,
                    "words": WORDS[key],
                    "rule": WORDS[key].rule(found.limits),
                    "count": len(flags),
                    "more": max(len(flags) - SHOWN, 0),
                    "rows": [_row(key, flag) for flag in flags[:SHOWN]],
                    "unread": key == "spread" and not found.scores_read,
                }
                for key, flags in found.flags.items()
            ],
        },
    )


def _row(kind: str, flag: Flag) -> dict[str, object]:
    return {
        "about": [(one, _page(one)) for one in flag.about],
        "who": flag.who,
        "told": told(kind, flag),
    }


def _page(one: About) -> str:
    return reverse(PAGES[one.kind], args=[one.public_id])
