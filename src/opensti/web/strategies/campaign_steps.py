"""What is done to a campaign: opened, its agencies written to, closed, opened again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from opensti.domains.strategies import actions, queries
from opensti.kernel.access import require
from opensti.kernel.refusals import NotFound
from opensti.ui.pages import Crumb
from opensti.web.results.acting import act_page
from opensti.web.strategies.campaigns import METHODS, crumbs
from opensti.web.strategies.card_forms import ReasonForm
from opensti.web.tasks.cases import version_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.web.requests import Request


@require_POST
def campaign_step(request: Request, public_id: str, act: str) -> HttpResponse:
    """Open, remind or close."""
    acts: dict[str, tuple[Any, str]] = {
        "open": (actions.open_campaign, _("Agencies can report now.")),
        "remind": (actions.remind_campaign, _("The letters are on their way.")),
        "close": (actions.close_campaign, _("The campaign is closed.")),
    }
    if act not in acts:
        raise NotFound
    do, done = acts[act]
    campaign = queries.campaign(request.actor, public_id)
    do(
        actor=request.actor,
        campaign_id=campaign.pk,
        version=version_of(request) or 0,
        at=now(),
    )
    messages.success(request, done)
    return redirect("strategies:campaign", public_id)


@require_http_methods(METHODS)
def campaign_reopen(request: Request, public_id: str) -> HttpResponse:
    """Let agencies report again in a closed campaign, with the reason."""
    campaign = queries.campaign(request.actor, public_id)
    require(request.actor, "strategies.keep_campaign", campaign)
    form = ReasonForm(request.POST or None, initial={"version": campaign.version})

    def act() -> None:
        actions.reopen_campaign(
            actor=request.actor,
            campaign_id=campaign.pk,
            reason=form.cleaned_data["reason"],
            version=form.cleaned_data["version"],
            at=now(),
        )

    return act_page(
        request,
        form,
        act,
        title=_("Open the campaign again"),
        lead=_("Its last day stands: who reports after it is marked late."),
        done=_("Agencies can report again."),
        go=reverse("strategies:campaign", args=[public_id]),
        breadcrumb=crumbs(campaign, Crumb(_("Open again"))),
        submit=_("Open it again"),
    )
