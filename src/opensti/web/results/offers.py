"""Pages of offers for their own side: written, made public, closed, answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from opensti.domains.results import actions, queries
from opensti.domains.results.choices import OfferForm as Form
from opensti.domains.results.choices import OfferState
from opensti.domains.results.models import Offer
from opensti.kernel.access import get_visible, may, require
from opensti.kernel.refusals import NotFound
from opensti.kernel.searchtext import matches
from opensti.ui.pages import Crumb
from opensti.ui.tables import (
    Column,
    DayColumn,
    NumberColumn,
    PairColumn,
    StateColumn,
    Table,
)
from opensti.web.lists import WorkList
from opensti.web.results.acting import act_page
from opensti.web.results.offers_forms import InterestForm, OfferEdit, ReplyForm
from opensti.web.tasks.cases import version_of

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from opensti.kernel.access import Actor
    from opensti.web.requests import Request

METHODS = ["GET", "HEAD", "POST"]
TONES = {"draft": "neutral", "public": "good", "closed": "neutral"}


class OfferTable(Table):
    title = PairColumn(
        "title",
        verbose_name=gettext_lazy("Offer"),
        linkify=lambda record: reverse("results:offer", args=[record.public_id]),
    )
    host = PairColumn(
        "host.name", order_by=("host__name_vi",), verbose_name=gettext_lazy("Host")
    )
    form = Column(
        accessor="get_form_display",
        order_by=("form",),
        verbose_name=gettext_lazy("Form"),
    )
    trl = NumberColumn(verbose_name=gettext_lazy("Readiness"))
    state = StateColumn(
        tones=TONES,
        labels=dict(OfferState.choices),
        verbose_name=gettext_lazy("State"),
    )
    opens_on = DayColumn(verbose_name=gettext_lazy("Opens"))
    closes_on = DayColumn(verbose_name=gettext_lazy("Closes"))
    asked = NumberColumn(verbose_name=gettext_lazy("Interests"))
    unanswered = NumberColumn(verbose_name=gettext_lazy("Not answered"))

    class Meta(Table.Meta):
        model = Offer
        fields = (
            "title",
            "host",
            "form",
            "trl",
            "state",
            "opens_on",
            "closes_on",
            "asked",
            "unanswered",
        )


class OfferFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=OfferState.choices
    )
    form = django_filters.ChoiceFilter(label=gettext_lazy("Form"), choices=Form.choices)

    class Meta:
        model = Offer
        fields = ("state", "form")


class Offers(WorkList):
    title = gettext_lazy("Offers to enterprises")
    permission = "results.list_offers"
    table_class = OfferTable
    filterset_class = OfferFilter
    export_name = "offers"
    template_name = "web/results/offers.html"

    def rows(self, actor: Actor) -> QuerySet[Offer]:
        return queries.offers(actor)

    def search(self, rows: QuerySet[Offer], text: str) -> QuerySet[Offer]:
        return matches(rows, text)

    def context(self, actor: Actor) -> dict[str, Any]:
        """Beside the offers one keeps, what one's own house wrote on those of others."""
        if not (actor.member_of or actor.manages):
            return {}
        return {"interests": queries.own_interests(actor)}


def _crumbs(offer: Offer, *more: Crumb) -> list[Crumb]:
    here = reverse("results:offer", args=[offer.public_id])
    name = str(offer.title)
    return [
        Crumb(_("Offers"), reverse("results:offers")),
        Crumb(name, here) if more else Crumb(name),
        *more,
    ]


@require_safe
def offer_page(request: Request, public_id: str) -> HttpResponse:
    """One offer: for its own side with all that was written, for others with their own."""
    actor = request.actor
    require(actor, "accounts.save_view")
    offer = queries.offer(actor, public_id)
    may_keep = bool(may(actor, "results.keep_offer", offer))
    open_now = (
        offer.state == OfferState.PUBLIC
        and offer.opens_on is not None
        and offer.opens_on <= localdate()
        and (offer.closes_on is None or localdate() < offer.closes_on)
    )
    return render(
        request,
        "web/results/offer.html",
        {
            "title": str(offer.title),
            "breadcrumb": _crumbs(offer),
            "offer": offer,
            "tone": TONES[offer.state],
            "open_now": open_now,
            "interests": queries.interests(actor, offer),
            "may_keep": may_keep,
            "may_write": open_now
            and bool(may(actor, "results.express_interest", offer)),
        },
    )


@require_http_methods(METHODS)
def offer_new(request: Request) -> HttpResponse:
    """Draft an offer of a right or a result (``right`` or ``result`` in the address)."""
    actor = request.actor
    about: dict[str, int]
    start: dict[str, Any]
    if public_id := request.GET.get("right", ""):
        right = queries.right(actor, public_id)
        about, probe = (
            {"right_id": right.pk},
            Offer(right=right, contract=right.contract, host=right.host),
        )
        start = {"title_vi": right.title_vi, "title_en": right.title_en}
    else:
        result = get_visible(
            actor,
            queries.results(actor).select_related("contract__host"),
            public_id=request.GET.get("result", ""),
        )
        about, probe = (
            {"result_id": result.pk},
            Offer(result=result, contract=result.contract, host=result.contract.host),
        )
        start = {
            "title_vi": result.title_vi,
            "title_en": result.title_en,
            "trl": result.trl_end,
        }
    require(actor, "results.keep_offer", probe)
    form = OfferEdit(request.POST or None, initial=start)

    def act() -> None:
        actions.draft_offer(actor=actor, facts=form.facts(), at=now(), **about)

    return act_page(
        request,
        form,
        act,
        title=_("Offer it to enterprises"),
        done=_("The offer is drafted: make it public when it is ready."),
        go=reverse("results:offers"),
        breadcrumb=[Crumb(_("Offers"), reverse("results:offers")), Crumb(_("New"))],
        submit=_("Draft the offer"),
    )


@require_http_methods(METHODS)
def offer_edit(request: Request, public_id: str) -> HttpResponse:
    actor = request.actor
    offer = queries.offer(actor, public_id)
    require(actor, "results.keep_offer", offer)
    start = {n: getattr(offer, n) for n in actions.OfferFacts.__dataclass_fields__}
    form = OfferEdit(
        request.POST or None, changing=True, initial=start | {"version": offer.version}
    )

    def act() -> None:
        actions.change_offer(
            actor=actor,
            offer_id=offer.pk,
            facts=form.facts(),
            version=form.cleaned_data["version"],
            at=now(),
        )

    return act_page(
        request,
        form,
        act,
        title=_("Change the offer"),
        done=_("The offer is changed."),
        go=reverse("results:offer", args=[public_id]),
        breadcrumb=_crumbs(offer, Crumb(_("Change"))),
        submit=_("Save"),
    )


@require_POST
def offer_publish(request: Request, public_id: str) -> HttpResponse:
    offer = queries.offer(request.actor, public_id)
    actions.publish_offer(
        actor=request.actor,
        offer_id=offer.pk,
        version=version_of(request) or 0,
        at=now(),
    )
    messages.success(request, _("The offer is public."))
    return redirect("results:offer", public_id)


@require_POST
def offer_close(request: Request, public_id: str) -> HttpResponse:
    offer = queries.offer(request.actor, public_id)
    actions.close_offer(
        actor=request.actor,
        offer_id=offer.pk,
        version=version_of(request) or 0,
        at=now(),
    )
    messages.success(request, _("The offer is closed."))
    return redirect("results:offer", public_id)


@require_http_methods(METHODS)
def interest_new(request: Request, public_id: str) -> HttpResponse:
    """Write on an open offer for one's organisation."""
    actor = request.actor
    offer = queries.offer(actor, public_id)
    require(actor, "results.express_interest", offer)
    form = InterestForm(actor, request.POST or None)

    def act() -> None:
        actions.express_interest(
            actor=actor,
            offer_id=offer.pk,
            organisation_id=form.cleaned_data["organisation"].pk,
            message=form.cleaned_data["message"],
            at=now(),
        )

    return act_page(
        request,
        form,
        act,
        title=_("Write to the owner"),
        lead=str(offer.title),
        done=_("Your message is with the owner; the answer will stand here."),
        go=reverse("results:offer", args=[public_id]),
        breadcrumb=_crumbs(offer, Crumb(_("Message"))),
        submit=_("Send"),
    )


@require_http_methods(METHODS)
def interest_answer(request: Request, public_id: str, interest_id: str) -> HttpResponse:
    """The owner answers what an organisation wrote."""
    actor = request.actor
    offer = queries.offer(actor, public_id)
    require(actor, "results.answer_interest", offer)
    rows = queries.interests(actor, offer)
    interest = next((i for i in rows if i.public_id == interest_id), None)
    if interest is None:
        raise NotFound
    form = ReplyForm(request.POST or None)

    def act() -> None:
        actions.answer_interest(
            actor=actor,
            interest_id=interest.pk,
            answer=form.cleaned_data["answer"],
            at=now(),
        )

    return act_page(
        request,
        form,
        act,
        title=_("Answer %(name)s") % {"name": interest.organisation.name},
        lead=interest.message,
        done=_("The answer is given."),
        go=reverse("results:offer", args=[public_id]),
        breadcrumb=_crumbs(offer, Crumb(_("Answer"))),
        submit=_("Give the answer"),
    )
