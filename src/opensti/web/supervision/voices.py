"""The office's side of what citizens say: the queue to screen, the list, one text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import django_filters
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from opensti.domains.supervision import actions, queries
from opensti.domains.supervision.choices import Effect, VoiceKind, VoiceState
from opensti.domains.supervision.models import Voice
from opensti.kernel.access import may, require
from opensti.kernel.identifiers import row_number
from opensti.kernel.record.queries import entries_of
from opensti.kernel.refusals import Invalid, Refusal, SudoNeeded
from opensti.ui.pages import Crumb
from opensti.ui.tables import Column, DayColumn, PairColumn, Table
from opensti.web.lists import WorkList
from opensti.web.supervision.acting import ACTS, take
from opensti.web.timeline import timeline

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from opensti.kernel.access import Actor
    from opensti.web.requests import Request

METHODS = ["GET", "HEAD", "POST"]
AT_ONCE = 25
SHORT = 120


class VoiceTable(Table):
    text = Column(
        verbose_name=gettext_lazy("Text"),
        linkify=lambda record: reverse("supervision:voice", args=[record.public_id]),
        orderable=False,
    )
    kind = Column(
        accessor="get_kind_display",
        order_by=("kind",),
        verbose_name=gettext_lazy("Kind"),
    )
    about = PairColumn("about", verbose_name=gettext_lazy("About"))
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
    received_at = DayColumn(verbose_name=gettext_lazy("Received"))
    due_on = DayColumn(verbose_name=gettext_lazy("Answer due"))

    def render_text(self, value: str) -> str:
        return value if len(value) <= SHORT else f"{value[:SHORT]}…"

    class Meta(Table.Meta):
        model = Voice
        fields = ("text", "kind", "about", "state", "unit", "received_at", "due_on")


class VoiceFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=VoiceState.choices
    )
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Kind"), choices=VoiceKind.choices
    )
    unit = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Answering unit"), queryset=lambda _request: queries.units()
    )

    class Meta:
        model = Voice
        fields = ("state", "kind", "unit")


class Voices(WorkList):
    title = gettext_lazy("What citizens say")
    permission = "supervision.read_queue"
    table_class = VoiceTable
    filterset_class = VoiceFilter
    export_name = "voices"
    list_url = "supervision:voices"

    def rows(self, actor: Actor) -> QuerySet[Voice]:
        return queries.voices(actor)


@require_http_methods(METHODS)
def queue(request: Request) -> HttpResponse:
    """Screen many at once by keys: arrows choose, Tab goes on, Enter sends.

    What is refused stands at its text; nothing chosen or typed is lost.
    """
    actor = request.actor
    require(actor, "supervision.read_queue")
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            done = actions.screen_in_bulk(
                actor=actor, verdicts=_verdicts(request), at=now()
            )
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, _("%(done)d texts screened.") % {"done": done})
            return redirect("supervision:queue")
    today = localdate()
    grounds = list(queries.grounds().values())
    waiting = queries.to_screen(actor)
    problems = (
        {problem.field: problem for problem in refusal.problems}
        if isinstance(refusal, Invalid)
        else {}
    )
    rows = [
        {
            "voice": one,
            "grounds": [g for g in grounds if not g.only or g.only == one.kind],
            "verdict": request.POST.get(f"verdict-{one.pk}", ""),
            "words": request.POST.get(f"words-{one.pk}", ""),
            "wrong": problems.get(f"words-{one.pk}")
            or problems.get(f"ground-{one.pk}"),
            "late": one.screen_by is not None and one.screen_by < today,
        }
        for one in waiting[:AT_ONCE]
    ]
    return render(
        request,
        "web/supervision/queue.html",
        {
            "title": _("Texts to screen"),
            "breadcrumb": [
                Crumb(_("What citizens say"), reverse("supervision:voices"))
            ],
            "rows": rows,
            "reviews": queries.to_review(actor),
            "refusal": refusal,
            "may": bool(may(actor, "supervision.moderate")),
        },
        status=refusal.status if refusal else 200,
    )


def _verdicts(request: Request) -> list[tuple[int, str, str]]:
    """What was chosen for which text; those left alone are not in it."""
    found = []
    for name, verdict in request.POST.items():
        key, _dash, number = name.partition("-")
        pk = row_number(number)
        if key == "verdict" and verdict and pk is not None:
            words = str(request.POST.get(f"words-{pk}", ""))
            found.append((pk, str(verdict), words))
    return found


@require_http_methods(METHODS)
def voice(request: Request, public_id: str) -> HttpResponse:
    """One text with its steps, and the acts that this person may take on it now."""
    actor = request.actor
    found = queries.voice(actor, public_id)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            take(request, found)
        except SudoNeeded:
            raise  # the page that asks for the password comes back here
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, _("It is done."))
            return redirect("supervision:voice", public_id=public_id)
        found = queries.voice(actor, public_id)
    objection = queries.objection_of(found)
    offered = [
        one
        for one in ACTS
        if one.fits(found, objection) and may(actor, one.permission, found)
    ]
    templates = list(queries.templates(actor))
    chosen = row_number(request.GET.get("template"))
    return render(
        request,
        "web/supervision/voice.html",
        {
            "title": _("%(kind)s of a citizen")
            % {"kind": found.get_kind_display().capitalize()},
            "breadcrumb": [
                Crumb(_("What citizens say"), reverse("supervision:voices"))
            ],
            "voice": found,
            "objection": objection,
            "ground": queries.ground(found.ground),
            "grounds": [
                g
                for g in queries.grounds().values()
                if not g.only or g.only == found.kind
            ],
            "units": queries.answering_units(),
            "effects": Effect.choices,
            "offered": {one.name for one in offered},
            "templates": templates,
            "begun": next((str(t.text) for t in templates if t.pk == chosen), ""),
            "typed": request.POST if refusal else {},
            "refusal": refusal,
            "timeline": timeline(entries_of(found.subject), with_people=False),
        },
        status=refusal.status if refusal else 200,
    )
