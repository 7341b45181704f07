"""How red flags are asked, so that a journalist can ask them without the ministry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.publications.queries import RedFlagLimits
from opensti.ui.pages import Crumb
from opensti.ui.procurement_flags import MEANINGS
from opensti.ui.red_flags import WORDS

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

# The file of open data that the flags of open contracting are asked of.
RELEASES = "ocds-compiled.jsonl"


@require_safe
def red_flags(request: HttpRequest) -> HttpResponse:
    """What each flag means and does not, and the command that asks it; no query.

    What was found in the ministry's own files is for auditors: small counts would point
    at people before anybody has opened the file.
    """
    limits = RedFlagLimits()
    return render(
        request,
        "portal/red_flags.html",
        {
            "title": _("Red flags"),
            "lead": _(
                "A flag is a question to a file, never a finding against anybody. Each has honest causes; what is not in the data raises none."
            ),
            "breadcrumb": [Crumb(_("Red flags"))],
            "releases": RELEASES,
            "procurement": [(key, one, "") for key, one in MEANINGS.items()],
            "own": [(key, one, one.rule(limits)) for key, one in WORDS.items()],
        },
    )
