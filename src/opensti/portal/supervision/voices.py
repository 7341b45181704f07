"""What citizens and organisations say of public things, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from opensti.domains.publications.queries import subject, subject_words
from opensti.domains.supervision import actions, queries
from opensti.domains.supervision.choices import OPEN, VoiceKind, VoiceState
from opensti.domains.supervision.models import Voice
from opensti.kernel.access import ROLE_LABELS, Role
from opensti.kernel.refusals import Refusal
from opensti.portal.lists import PublicList
from opensti.portal.supervision.forms import (
    CodeForm,
    CommentForm,
    ObjectionForm,
    ReviewForm,
)
from opensti.portal.supervision.places import page_of
from opensti.portal.supervision.speaking import speak
from opensti.ui import charts
from opensti.ui.exports import table_response
from opensti.ui.pages import Crumb
from opensti.ui.tables import Column, DayColumn, PairColumn, Table

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from opensti.kernel.access import Actor
    from opensti.web.requests import Request

METHODS = ["GET", "HEAD", "POST"]
NEWEST = 3
SHORT = 120


class VoiceTable(Table):
    text = Column(
        verbose_name=gettext_lazy("Text"),
        linkify=lambda record: reverse(
            "portal:petition" if record.kind == VoiceKind.PETITION else "portal:voice",
            args=[record.public_id],
        ),
        orderable=False,
    )
    kind = Column(
        accessor="get_kind_display",
        order_by=("kind",),
        verbose_name=gettext_lazy("Kind"),
    )
    about = PairColumn("about", verbose_name=gettext_lazy("About"))
    level = Column(
        accessor="get_level_display",
        order_by=("level",),
        verbose_name=gettext_lazy("Identity"),
    )
    received_at = DayColumn(verbose_name=gettext_lazy("Received"))
    state = Column(
        accessor="get_state_display",
        order_by=("state",),
        verbose_name=gettext_lazy("State"),
    )
    unit = PairColumn(
        "unit.name",
        order_by=("unit__code",),
        verbose_name=gettext_lazy("Answering unit"),
    )
    due_on = DayColumn(verbose_name=gettext_lazy("Answer due"))
    answered_at = DayColumn(verbose_name=gettext_lazy("Answered"))

    def render_text(self, value: str) -> str:
        return value if len(value) <= SHORT else f"{value[:SHORT]}…"

    class Meta(Table.Meta):
        model = Voice
        fields = (
            *("text", "kind", "about", "level", "received_at", "state", "unit"),
            *("due_on", "answered_at"),
        )


class VoiceFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Kind"), choices=VoiceKind.choices
    )
    about_kind = django_filters.ChoiceFilter(
        label=gettext_lazy("About"), choices=subject_words
    )
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"),
        choices=[(s, w) for s, w in VoiceState.choices if s in OPEN],
    )
    unit = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Answering unit"), queryset=lambda _request: queries.units()
    )
    late = django_filters.BooleanFilter(
        label=gettext_lazy("Answer overdue"), method="only_late"
    )

    def only_late(
        self,
        rows: QuerySet[Voice],
        _name: str,
        value: bool | None,  # noqa: FBT001 -- django-filter's signature
    ) -> QuerySet[Voice]:
        return queries.overdue(rows, localdate()) if value else rows

    class Meta:
        model = Voice
        fields = ("kind", "about_kind", "state", "unit")


class Voices(PublicList):
    title = gettext_lazy("Comments and questions")
    lead = gettext_lazy(
        "What citizens and organisations say of what is published here, who answers by when, and what became of it."
    )
    table_class = VoiceTable
    filterset_class = VoiceFilter
    export_name = "voices"
    template_name = "portal/supervision/voices.html"

    def rows(self, actor: Actor) -> QuerySet[Any]:  # noqa: ARG002 -- the public's view
        return queries.public_voices()

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return queries.search_voices(rows, text)


@require_safe
def voice(request: Request, public_id: str) -> HttpResponse:
    found = queries.public_voice(public_id)
    return render(
        request,
        "portal/supervision/voice.html",
        {
            "title": _("%(kind)s of %(day)s")
            % {
                "kind": found.get_kind_display().capitalize(),
                "day": f"{localdate(found.received_at):%d/%m/%Y}",
            },
            "breadcrumb": [
                Crumb(_("Comments and questions"), reverse("portal:voices"))
            ],
            **_shown(found),
        },
    )


@require_http_methods(METHODS)
def about(request: Request, kind: str, public_id: str) -> HttpResponse:
    """Everything that was said of one public thing, and a form to say something.

    As a part of a page (``htmx``) only the newest, with a way to all.
    """
    thing = subject(kind, public_id, at=now())
    rows = queries.voices_about(kind, public_id)
    page = page_of(kind, public_id)
    context = {
        "title": _("Comments and questions"),
        "lead": str(thing.label),
        "breadcrumb": [Crumb(str(thing.label), page)],
        "kind": kind,
        "public_id": public_id,
        "voices": rows,
        "today": localdate(),
        "objections": queries.objections_about(kind, public_id),
    }
    if request.htmx and request.method == "GET":
        return render(
            request,
            "portal/supervision/newest.html",
            {**context, "voices": list(rows[:NEWEST]), "count": rows.count()},
        )
    form = CommentForm(request.actor, request.POST or None)
    return speak(
        request,
        form,
        about=thing.address,
        template="portal/supervision/about.html",
        context=context,
    )


@require_http_methods(METHODS)
def object_to(request: Request, public_id: str) -> HttpResponse:
    """Object to a public decision, as somebody whom it concerns."""
    thing = subject("decision", public_id, at=now())
    form = ObjectionForm(request.actor, request.POST or None)
    until = queries.objections_until(thing.since) if thing.since else None
    return speak(
        request,
        form,
        about=thing.address,
        kind=VoiceKind.OBJECTION,
        template="portal/supervision/speak.html",
        context={
            "title": _("Object to the decision"),
            "lead": str(thing.label),
            "breadcrumb": [Crumb(str(thing.label), page_of("decision", public_id))],
            "term": queries.terms()["object_within"],
            "since": thing.since,
            "until": until,
            "over": until is not None and until < localdate(),
            "needs_account": not request.actor.is_authenticated,
        },
    )


@never_cache
@require_http_methods(METHODS)
def follow(request: Request, code: str) -> HttpResponse:
    """The author's own page of a text, found by its code; a second look is asked here."""
    found = actions.voice_of_code(code)
    form = ReviewForm(request.POST or None)
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_review(code=code, reason=form.cleaned_data["reason"], at=now())
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, _("A second person looks at it."))
            return redirect("portal:voice_follow", code=code)
    response = render(
        request,
        "portal/supervision/follow.html",
        {
            "title": _("Your text"),
            "breadcrumb": [
                Crumb(_("Comments and questions"), reverse("portal:voices"))
            ],
            "code": code,
            "form": form,
            "refusal": refusal,
            "may_ask_review": found.state == VoiceState.HIDDEN
            and found.review_asked_at is None,
            **_shown(found),
        },
        status=refusal.status if refusal else 422 if form.errors else 200,
    )
    response["Referrer-Policy"] = "same-origin"
    return response


@never_cache
@require_http_methods(METHODS)
def follow_by_code(request: Request) -> HttpResponse:
    """Find an own text by the code that was noted."""
    form = CodeForm(request.POST or None)
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            found = actions.voice_of_code(form.cleaned_data["code"])
        except Refusal as refused:
            refusal = refused
        else:
            return redirect("portal:voice_follow", code=actions.follow_code(found))
    return render(
        request,
        "portal/supervision/code.html",
        {"title": _("Find your text again"), "form": form, "refusal": refusal},
        status=refusal.status if refusal else 422 if form.errors else 200,
    )


@never_cache
@require_http_methods(METHODS)
def confirm(request: Request, public_id: str, code: str) -> HttpResponse:
    """Confirm an address by the mailed link; opening it changes nothing."""
    if request.method == "POST":
        found = actions.confirm_voice(public_id=public_id, code=code, at=now())
        messages.success(request, _("Thank you: your text is received."))
        return redirect("portal:voice_follow", code=actions.follow_code(found))
    return render(
        request,
        "portal/supervision/confirm.html",
        {"title": _("Confirm that you wrote this")},
    )


@require_safe
def moderation(request: Request) -> HttpResponse:
    """Every hidden text with its ground, day and role; never the text."""
    known = queries.grounds()
    return render(
        request,
        "portal/supervision/moderation.html",
        {
            "title": _("What was hidden, and why"),
            "breadcrumb": [
                Crumb(_("Comments and questions"), reverse("portal:voices"))
            ],
            "rows": [
                (row, known.get(row.ground), _roles(row.screened_role))
                for row in queries.hidden_voices()
            ],
            "grounds": list(known.values()),
            "terms": list(queries.terms().values()),
        },
    )


def _roles(capacity: str) -> str:
    """The roles that an entry was made in, in words."""
    known = set(Role)
    return ", ".join(
        str(ROLE_LABELS[Role(role)]) for role in capacity.split("+") if role in known
    )


HEAD = (
    *("unit_vi", "unit_en", "due", "answered", "in_time", "overdue"),
    *("rate_percent", "median_days"),
)


@require_safe
def units(request: Request) -> HttpResponse:
    """How each unit answers: share, time, what is overdue."""
    found = queries.unit_figures(localdate())
    chart = charts.bars(
        title=_("Answered of what was to be answered, per cent"),
        head=(_("Answering unit"), _("Per cent")),
        rows=[(row.name or _("no unit yet"), row.rate or 0) for row in found],
    )
    return render(
        request,
        "portal/supervision/units.html",
        {
            "title": _("How units answer"),
            "breadcrumb": [
                Crumb(_("Comments and questions"), reverse("portal:voices"))
            ],
            "rows": found,
            "chart": chart if found else None,
        },
    )


@require_safe
def units_csv(request: Request) -> HttpResponseBase:  # noqa: ARG001
    return table_response(
        kind="csv",
        name="answers-by-unit",
        head=list(HEAD),
        rows=[
            [
                *(row.unit_vi, row.unit_en, row.due, row.answered, row.in_time),
                *(row.overdue, row.rate, row.median_days),
            ]
            for row in queries.unit_figures(localdate())
        ],
    )


def _shown(found: Voice) -> dict[str, Any]:
    """What a page of one text shows of it."""
    today = localdate()
    late = found.due_on is not None and found.answered_at is None
    return {
        "voice": found,
        "page": page_of(found.about_kind, found.about_id),
        "ground": queries.ground(found.ground),
        "objection": queries.objection_of(found),
        "late_days": (today - found.due_on).days if late and found.due_on else 0,
    }
