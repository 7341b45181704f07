"""Petitions: what many ask together, and what the house answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from opensti.domains.supervision import actions, queries
from opensti.domains.supervision.choices import WAITING, VoiceKind
from opensti.domains.supervision.models import Petition
from opensti.kernel.refusals import Refusal
from opensti.kernel.searchtext import matches
from opensti.portal.limits import HOUR, limit_texts
from opensti.portal.lists import PublicList
from opensti.portal.supervision.forms import PetitionForm, SupportForm
from opensti.portal.supervision.speaking import speak
from opensti.ui.pages import Crumb
from opensti.ui.tables import Column, DayColumn, NumberColumn, Table

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from opensti.kernel.access import Actor
    from opensti.web.requests import Request

METHODS = ["GET", "HEAD", "POST"]
SUPPORTS_AN_HOUR = 10


class PetitionTable(Table):
    title = Column(
        verbose_name=gettext_lazy("Title"),
        linkify=lambda record: reverse(
            "portal:petition", args=[record.voice.public_id]
        ),
    )
    supporters = NumberColumn(verbose_name=gettext_lazy("Supporters"))
    threshold = NumberColumn(verbose_name=gettext_lazy("Needed for an answer"))
    closes_on = DayColumn(verbose_name=gettext_lazy("Last day"))
    state = Column(
        accessor="voice__get_state_display",
        order_by=("voice__state",),
        verbose_name=gettext_lazy("State"),
    )
    due_on = DayColumn(
        accessor="voice__due_on", verbose_name=gettext_lazy("Answer due")
    )

    class Meta(Table.Meta):
        model = Petition
        fields = ("title", "supporters", "threshold", "closes_on", "state", "due_on")


class Petitions(PublicList):
    title = gettext_lazy("Petitions")
    lead = gettext_lazy(
        "Enough supporters oblige the house to answer within a term; names are shown only to those who wish it."
    )
    table_class = PetitionTable
    export_name = "petitions"
    template_name = "portal/supervision/petitions.html"

    def rows(self, actor: Actor) -> QuerySet[Any]:  # noqa: ARG002 -- the public's view
        return queries.petitions()

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return matches(rows, text, field="voice__search_text")


@require_http_methods(METHODS)
def petition(request: Request, public_id: str) -> HttpResponse:
    """One petition with its supporters' number; support is given here."""
    found = queries.petition(public_id)
    today = localdate()
    gathers = (
        found.voice.state in WAITING
        and found.closes_on is not None
        and found.closes_on >= today
    )
    form = SupportForm(request.actor, request.POST or None)
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            limit_texts(request, "support", most=SUPPORTS_AN_HOUR, seconds=HOUR)
            actions.support_petition(
                actor=request.actor,
                public_id=public_id,
                email=form.cleaned_data.get("email", ""),
                said_name=form.cleaned_data["said_name"],
                at=now(),
            )
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(
                request,
                # By mail the answer is one: whether an address supports it is nobody's.
                _("Thank you, you are counted.")
                if request.actor.is_authenticated
                else _("A link was mailed to you: you are counted once you open it."),
            )
            return redirect("portal:petition", public_id=public_id)
    voice = found.voice
    late = voice.due_on is not None and voice.answered_at is None
    return render(
        request,
        "portal/supervision/petition.html",
        {
            "title": found.title or _("Petition"),
            "breadcrumb": [Crumb(_("Petitions"), reverse("portal:petitions"))],
            "petition": found,
            "voice": voice,
            "late_days": (today - voice.due_on).days if late and voice.due_on else 0,
            "names": queries.named_supporters(found),
            "form": form if gathers else None,
            "refusal": refusal,
        },
        status=refusal.status if refusal else 422 if form.errors else 200,
    )


@require_http_methods(METHODS)
def petition_new(request: Request) -> HttpResponse:
    term = queries.terms()["petition"]
    return speak(
        request,
        PetitionForm(request.actor, request.POST or None),
        about="",
        kind=VoiceKind.PETITION,
        template="portal/supervision/speak.html",
        context={
            "title": _("Begin a petition"),
            "breadcrumb": [Crumb(_("Petitions"), reverse("portal:petitions"))],
            "petition_term": term,
        },
    )


@never_cache
@require_http_methods(METHODS)
def support_confirm(request: Request, code: str) -> HttpResponse:
    if request.method == "POST":
        given = actions.confirm_support(code=code, at=now())
        messages.success(request, _("Thank you, you are counted."))
        return redirect("portal:petition", public_id=given.petition.voice.public_id)
    return render(
        request,
        "portal/supervision/confirm.html",
        {"title": _("Confirm that you support the petition")},
    )
