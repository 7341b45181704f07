"""The way to a page of a round, and how a scenario is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from opensti.kernel.bilingual import pick
from opensti.ui.pages import Crumb

if TYPE_CHECKING:
    from opensti.domains.portfolios.models import Round, Scenario


def round_crumbs(round_: Round, *more: Crumb) -> list[Crumb]:
    """Rounds, the round, its scenarios, and what comes below."""
    return [
        Crumb(_("Selection rounds"), reverse("portfolios:rounds")),
        Crumb(
            pick(round_.title_vi, round_.title_en),
            reverse("portfolios:round", args=[round_.public_id]),
        ),
        Crumb(
            _("Scenarios"),
            reverse("portfolios:scenarios", args=[round_.public_id]) if more else "",
        ),
        *more,
    ]


def scenario_name(scenario: Scenario) -> str:
    """Its number and its name, as lists and titles call it."""
    return _("Scenario %(number)d: %(title)s") % {
        "number": scenario.number,
        "title": pick(scenario.title_vi, scenario.title_en),
    }
