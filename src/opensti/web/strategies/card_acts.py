"""Pages on which cards and targets are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from opensti.domains.strategies import actions, queries
from opensti.kernel.access import require
from opensti.ui.pages import Crumb
from opensti.web.results.acting import act_page
from opensti.web.strategies.card_forms import (
    CardForm,
    DimensionsForm,
    PlaceForm,
    ReasonForm,
    TargetForm,
    card_start,
    dimensions_text,
)
from opensti.web.strategies.indicators import crumbs

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.domains.strategies.models import Indicator
    from opensti.web.requests import Request

METHODS = ["GET", "HEAD", "POST"]


def _card(request: Request, public_id: str, permission: str) -> tuple[Indicator, str]:
    card = queries.indicator(request.actor, public_id)
    require(request.actor, permission, card)
    return card, reverse("strategies:indicator", args=[public_id])


@require_http_methods(METHODS)
def indicator_new(request: Request) -> HttpResponse:
    require(request.actor, "strategies.keep_indicator")
    form = CardForm(request.actor, request.POST or None)

    def act() -> None:
        actions.create_indicator(actor=request.actor, facts=form.facts(), at=now())

    return act_page(
        request,
        form,
        act,
        title=_("New indicator"),
        done=_("The card is kept."),
        go=reverse("strategies:indicators"),
        breadcrumb=[
            Crumb(_("Indicators"), reverse("strategies:indicators")),
            Crumb(_("New")),
        ],
        submit=_("Keep the card"),
    )


@require_http_methods(METHODS)
def indicator_edit(request: Request, public_id: str) -> HttpResponse:
    card, go = _card(request, public_id, "strategies.keep_indicator")
    form = CardForm(
        request.actor, request.POST or None, changing=True, initial=card_start(card)
    )

    def act() -> None:
        actions.change_indicator(
            actor=request.actor,
            indicator_id=card.pk,
            facts=form.facts(),
            reason=form.cleaned_data["reason"],
            version=form.cleaned_data["version"],
            at=now(),
        )

    return act_page(
        request,
        form,
        act,
        title=_("Change the card"),
        lead=_("How it stood before stays readable."),
        done=_("The card is changed; its former edition is kept."),
        go=go,
        breadcrumb=crumbs(card, Crumb(_("Change"))),
        submit=_("Keep the change"),
    )


@require_http_methods(METHODS)
def indicator_retire(request: Request, public_id: str) -> HttpResponse:
    card, go = _card(request, public_id, "strategies.keep_indicator")
    form = ReasonForm(request.POST or None, initial={"version": card.version})

    def act() -> None:
        actions.retire_indicator(
            actor=request.actor,
            indicator_id=card.pk,
            reason=form.cleaned_data["reason"],
            version=form.cleaned_data["version"],
            at=now(),
        )

    return act_page(
        request,
        form,
        act,
        title=_("Take the card out of use"),
        lead=_("Its values and targets stay; nothing more is reported on it."),
        done=_("The card is out of use."),
        go=go,
        breadcrumb=crumbs(card, Crumb(_("Out of use"))),
        submit=_("Take it out of use"),
    )


@require_http_methods(METHODS)
def dimensions(request: Request, public_id: str) -> HttpResponse:
    card, go = _card(request, public_id, "strategies.keep_indicator")
    form = DimensionsForm(
        request.POST or None,
        initial={"version": card.version, "dimensions": dimensions_text(card)},
    )

    def act() -> None:
        actions.set_dimensions(
            actor=request.actor,
            indicator_id=card.pk,
            dimensions=form.cleaned_data["dimensions"],
            reason=form.cleaned_data["reason"],
            version=form.cleaned_data["version"],
            at=now(),
        )

    return act_page(
        request,
        form,
        act,
        title=_("What values are broken down by"),
        done=_("The dimensions are kept."),
        go=go,
        breadcrumb=crumbs(card, Crumb(_("Dimensions"))),
        submit=_("Keep the dimensions"),
    )


@require_http_methods(METHODS)
def indicator_place(request: Request, public_id: str) -> HttpResponse:
    """Say which term of the identities of growth a card is, or that it is none."""
    card, go = _card(request, public_id, "strategies.keep_indicator")
    form = PlaceForm(
        request.POST or None,
        initial={"version": card.version, "account_part": card.account_part},
    )

    def act() -> None:
        actions.place_card(
            actor=request.actor,
            indicator_id=card.pk,
            account_part=form.cleaned_data["account_part"],
            version=form.cleaned_data["version"],
            at=now(),
        )

    return act_page(
        request,
        form,
        act,
        title=_("Part in the productivity account"),
        lead=f"{card.name} · {card.get_scope_display()} · {card.get_labour_unit_display()}",
        done=_("The part of the card is kept."),
        go=go,
        breadcrumb=crumbs(card, Crumb(_("Part in the productivity account"))),
        submit=_("Keep the part"),
    )


@require_http_methods(METHODS)
def target_new(request: Request, public_id: str) -> HttpResponse:
    card, go = _card(request, public_id, "strategies.keep_target")
    form = TargetForm(request.actor, card, request.POST or None)

    def act() -> None:
        replaced = form.cleaned_data["replaces_id"]
        actions.set_target(
            actor=request.actor,
            indicator_id=card.pk,
            facts=form.facts(),
            replaces_id=replaced.pk if replaced else None,
            at=now(),
        )

    return act_page(
        request,
        form,
        act,
        title=_("Set a target"),
        lead=f"{card.name} ({card.unit})",
        done=_("The target is kept."),
        go=go,
        breadcrumb=crumbs(card, Crumb(_("Target"))),
        submit=_("Keep the target"),
    )
