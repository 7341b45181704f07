"""The docket of a right as a page shows it; days entered and met, papers kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from opensti.domains.results import actions, queries
from opensti.kernel.access import require
from opensti.kernel.files.serving import readable_file, serve
from opensti.kernel.refusals import NotFound
from opensti.ui.pages import Crumb
from opensti.web.results.acting import act_page
from opensti.web.results.rights_forms import DocketForm, MeetForm, PaperForm

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpResponse, HttpResponseBase

    from opensti.domains.results.models import DocketEntry, Right
    from opensti.kernel.refusals import Text
    from opensti.web.requests import Request

METHODS = ["GET", "HEAD", "POST"]


def crumbs(right: Right, *more: Crumb) -> list[Crumb]:
    """The way to a page of a right."""
    here = reverse("results:right", args=[right.public_id])
    name = str(right.title)
    return [
        Crumb(_("Intellectual property"), reverse("results:rights")),
        Crumb(name, here) if more else Crumb(name),
        *more,
    ]


@dataclass(frozen=True, kw_only=True)
class Line:
    """An entry of the docket as a reader sees it on a day."""

    entry: DocketEntry
    article: str
    tone: str
    word: Text
    may_meet: bool


def line_of(entry: DocketEntry, today: date, *, may_keep: bool) -> Line:
    tone, word = _standing(entry, today)
    rules = queries.rules_of_offices()
    rule = next((r for r in rules.rules if r.id == entry.rule), None)
    by_days = rule is not None and (rule.closes_on or rule.what == "term")
    return Line(
        entry=entry,
        article=rules.said(entry.article),
        tone=tone,
        word=word,
        may_meet=may_keep and not by_days and tone not in ("good", "neutral"),
    )


def _standing(entry: DocketEntry, today: date) -> tuple[str, Text]:
    if entry.done_on is not None:
        return "good", gettext_lazy("done")
    if entry.kind == "term":
        return ("neutral", gettext_lazy("term"))
    if entry.due_on >= today:
        opened = entry.opens_on is None or entry.opens_on <= today
        return (
            ("info", gettext_lazy("open"))
            if opened
            else ("neutral", gettext_lazy("not yet open"))
        )
    if entry.grace_until is not None and today <= entry.grace_until:
        return "warn", gettext_lazy("late, in the time of grace")
    return "bad", gettext_lazy("overdue")


@require_http_methods(METHODS)
def docket_new(request: Request, public_id: str) -> HttpResponse:
    """Enter a day that no rule gives, for example from an office's letter."""
    actor = request.actor
    right = queries.right(actor, public_id)
    require(actor, "results.keep_docket", right)
    form = DocketForm(request.POST or None)

    def act() -> None:
        actions.add_docket_entry(
            actor=actor, right_id=right.pk, at=now(), **form.cleaned_data
        )

    return act_page(
        request,
        form,
        act,
        title=_("Enter another day"),
        done=_("The day is in the docket."),
        go=reverse("results:right", args=[public_id]),
        breadcrumb=crumbs(right, Crumb(_("Docket"))),
        submit=_("Save"),
    )


@require_http_methods(METHODS)
def docket_meet(request: Request, public_id: str, entry_id: int) -> HttpResponse:
    """Say that something of the docket was done, or its fee paid."""
    actor = request.actor
    right = queries.right(actor, public_id)
    entry = next((e for e in right.docket.all() if e.pk == entry_id), None)
    if entry is None:
        raise NotFound
    require(actor, "results.keep_docket", right)
    form = MeetForm(entry, request.POST or None, request.FILES or None)

    def act() -> None:
        actions.meet_docket_entry(
            actor=actor, entry_id=entry.pk, at=now(), **form.cleaned_data
        )

    return act_page(
        request,
        form,
        act,
        title=str(entry.label),
        done=_("It is kept as done."),
        go=reverse("results:right", args=[public_id]),
        breadcrumb=crumbs(right, Crumb(_("Docket"))),
        submit=_("Save"),
    )


@require_http_methods(METHODS)
def right_paper(request: Request, public_id: str) -> HttpResponse:
    """Keep a paper with a right."""
    actor = request.actor
    right = queries.right(actor, public_id)
    require(actor, "results.keep_right", right)
    form = PaperForm(request.POST or None, request.FILES or None)

    def act() -> None:
        actions.attach_right_file(
            actor=actor, right_id=right.pk, file=form.cleaned_data["file"], at=now()
        )

    return act_page(
        request,
        form,
        act,
        title=_("Keep a paper"),
        done=_("The paper is kept."),
        go=reverse("results:right", args=[public_id]),
        breadcrumb=crumbs(right, Crumb(_("Papers"))),
        submit=_("Keep it"),
    )


@require_safe
def right_file(request: Request, public_id: str, file_id: str) -> HttpResponseBase:
    right = queries.right(request.actor, public_id)
    file = readable_file(request.actor, file_id)
    if file.subject != queries.right_subject(right.public_id):
        raise NotFound
    return serve(file)
