"""Assessments for those who run them: list, brief, links, papers, steps, sharing."""

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

from opensti.domains.assessments import actions, queries
from opensti.domains.assessments.choices import State, Step
from opensti.domains.assessments.lifecycle import (
    HAS_RESULT,
    INVITES,
    TAKES_EVIDENCE,
)
from opensti.domains.assessments.models import Assessment
from opensti.kernel.access import require
from opensti.kernel.checks import problem
from opensti.kernel.files.serving import readable_file, serve
from opensti.kernel.identifiers import row_number
from opensti.kernel.refusals import AccessDenied, Invalid, NotFound, Problem, Refusal
from opensti.ui.pages import Crumb
from opensti.ui.tables import Column, DayColumn, PairColumn, StateColumn, Table
from opensti.web.assessments.forms import (
    Brief,
    Days,
    Described,
    Found,
    Invitation,
    Paper,
    ShareForm,
)
from opensti.web.lists import WorkList

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from django.forms import Form
    from django.http import FileResponse, HttpResponse

    from opensti.domains.assessments.queries import Opened
    from opensti.kernel.access import Actor
    from opensti.web.requests import Request

METHODS = ["GET", "HEAD", "POST"]
TONES = dict.fromkeys(State.values, "neutral") | {
    "open": "info",
    "reported": "good",
    "validated": "good",
}


class AssessmentTable(Table):
    title = Column(
        verbose_name=gettext_lazy("Assessment"),
        linkify=lambda record: reverse(
            "assessments:assessment", args=[record.public_id]
        ),
    )
    organisation = PairColumn(
        "organisation.name",
        order_by=("organisation__name_vi",),
        verbose_name=gettext_lazy("Organisation"),
    )
    form = Column(
        accessor="get_form_display",
        order_by=("form",),
        verbose_name=gettext_lazy("Form"),
    )
    state = StateColumn(
        tones=TONES,
        labels=dict(State.choices),
        verbose_name=gettext_lazy("State"),
    )
    drafted_at = DayColumn(verbose_name=gettext_lazy("Begun"))

    class Meta(Table.Meta):
        model = Assessment
        fields = ("title", "organisation", "form", "state", "drafted_at")


class AssessmentFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=State.choices
    )

    class Meta:
        model = Assessment
        fields = ("state",)


class Assessments(WorkList):
    """Those of the own organisation, of advised ones, and what is shared."""

    title = gettext_lazy("Innovation assessments")
    permission = "assessments.read"
    table_class = AssessmentTable
    filterset_class = AssessmentFilter
    export_name = "assessments"
    list_url = "assessments:assessments"
    template_name = "web/assessments/list.html"

    def rows(self, actor: Actor) -> QuerySet[Assessment]:
        return queries.assessments(actor)


@require_http_methods(METHODS)
def new(request: Request) -> HttpResponse:
    """The brief: what for, of what, how; what it asks is frozen when it is kept."""
    actor = request.actor
    managers_only(actor)
    form = Brief(actor, list(queries.active_versions(actor)), request.POST or None)
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        try:
            made = actions.draft_assessment(
                actor=actor, organisation_id=said.pop("organisation"), at=now(), **said
            )
        except Refusal as refused:
            refusal = refused
        else:
            return redirect("assessments:assessment", public_id=made.public_id)
    return render(
        request,
        "web/form.html",
        {
            "title": _("New assessment"),
            "breadcrumb": [up()],
            "form": form,
            "refusal": refusal,
            "submit": _("Begin"),
            "back": reverse("assessments:assessments"),
        },
        status=refusal.status if refusal else 422 if form.errors else 200,
    )


@never_cache
@require_http_methods(METHODS)
def assessment(request: Request, public_id: str) -> HttpResponse:
    """One assessment: who is asked, where answers lie apart, what shows them, next steps."""
    actor = request.actor
    opened = queries.opened(actor, public_id)
    forms = _forms(request, opened)
    refusal: Refusal | None = None
    link = ""
    if request.method == "POST":
        try:
            link = _act(request, opened.row, forms)
        except Refusal as refused:
            refusal = refused
        else:
            if not link:
                return redirect("assessments:assessment", public_id=public_id)
            forms.pop("invite")
            opened = queries.opened(actor, public_id)
            forms = {**_forms(request, opened, fresh=True)}
    row = opened.row
    answered = {p.pk: f"{p.said}/{len(opened.asked.items)}" for p in opened.people}
    roles = {one.code: str(one) for one in opened.asked.roles}
    return render(
        request,
        "web/assessments/assessment.html",
        {
            "title": row.title,
            "breadcrumb": [up()],
            "opened": opened,
            "row": row,
            "people": [
                (p, roles.get(p.role, p.role), answered[p.pk]) for p in opened.people
            ],
            "items": {i.code: i for i in opened.asked.items},
            "invites": opened.runs and row.state in INVITES,
            "takes_evidence": row.state in TAKES_EVIDENCE,
            "meets": row.state == State.CONSENSUS,
            "has_result": row.state in HAS_RESULT or bool(opened.revisions),
            "steps": [(s, Step(s).label) for s in opened.steps],
            "words_for": {Step.REOPEN, Step.VALIDATE},
            "forms": forms,
            "link": link,
            "refusal": refusal,
            "scores": range(6),
            "today": localdate(),
        },
        status=refusal.status if refusal else 200,
    )


def _forms(request: Request, opened: Opened, *, fresh: bool = False) -> dict[str, Form]:
    """The forms of the page; the one that was sent keeps what was typed."""
    act = "" if fresh else str(request.POST.get("act", ""))

    def data(name: str) -> tuple[Any, Any]:
        return (request.POST, request.FILES) if act == name else (None, None)

    items = [(i.code, f"{i.code} · {i}") for i in opened.asked.items]
    roles = [(one.code, str(one)) for one in opened.asked.roles]
    row = opened.row
    days = Days(
        *data("days"),
        initial={"audited_on": row.audited_on, "reviewed_on": row.reviewed_on},
    )
    return {
        "invite": Invitation(roles, *data("invite")),
        "paper": Paper(items, *data("paper")),
        "finding": Found(items, *data("finding")),
        "days": days,
    }


def _act(request: Request, row: Assessment, forms: dict[str, Form]) -> str:
    """Do what was asked for; the address of a new link, which is told only now."""
    said, actor, at = request.POST, request.actor, now()
    act = str(said.get("act", ""))
    if act == "invite":
        _person, token = actions.invite(
            actor=actor, assessment_id=row.pk, at=at, **cleaned(forms["invite"])
        )
        return request.build_absolute_uri(reverse("portal:assess", args=[token]))
    simple: dict[str, Callable[[], object]] = {
        "revoke": lambda: actions.revoke(
            actor=actor, participant_id=row_number(said.get("person")) or 0, at=at
        ),
        "step": lambda: actions.step(
            actor=actor,
            assessment_id=row.pk,
            act=str(said.get("step", "")),
            words=str(said.get("words", "")),
            version=row_number(said.get("version")),
            at=at,
        ),
        "agree": lambda: actions.agree(
            actor=actor,
            assessment_id=row.pk,
            item=str(said.get("item", "")),
            score=_score(str(said.get("score", ""))),
            reason=str(said.get("reason", "")),
            at=at,
        ),
        "check": lambda: actions.check_evidence(
            actor=actor, evidence_id=row_number(said.get("paper")) or 0, at=at
        ),
        "paper": lambda: actions.add_evidence(
            actor=actor,
            assessment_id=row.pk,
            replaces=row_number(said.get("replaces")),
            at=at,
            **cleaned(forms["paper"]),
        ),
        "finding": lambda: actions.note_finding(
            actor=actor, assessment_id=row.pk, at=at, **cleaned(forms["finding"])
        ),
        "days": lambda: actions.set_days(
            actor=actor, assessment_id=row.pk, at=at, **cleaned(forms["days"])
        ),
    }
    if act not in simple:
        raise NotFound
    simple[act]()
    messages.success(request, _("Done."))
    return ""


def _score(said: str) -> int | None:
    """The score that was chosen; None only where "does not apply" was."""
    found = row_number(said)
    if found is None and said != "na":
        raise problem("score", _("Choose the score that the meeting agreed on."))
    return found


def cleaned(form: Form) -> dict[str, Any]:
    if not form.is_valid():
        raise Invalid(
            [
                Problem(field=name, message=str(errors[0]))
                for name, errors in form.errors.items()
            ]
        )
    return dict(form.cleaned_data)


@require_http_methods(METHODS)
def sharing(request: Request) -> HttpResponse:
    """With whom the own organisations share; with nobody unless it stands here."""
    actor = request.actor
    managers_only(actor)
    form = ShareForm(
        actor, request.POST if request.POST.get("act") == "share" else None
    )
    described = Described(
        actor, request.POST if request.POST.get("act") == "describe" else None
    )
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            _share(request, form, described)
        except Refusal as refused:
            refusal = refused
        else:
            return redirect("assessments:sharing")
    return render(
        request,
        "web/assessments/sharing.html",
        {
            "title": _("Who may see our assessments"),
            "breadcrumb": [up()],
            "rows": queries.sharings_of(actor, today=localdate()),
            "form": form,
            "described": described,
            "profiles": queries.profiles_of(actor).values(),
            "refusal": refusal,
        },
        status=refusal.status if refusal else 200,
    )


def _share(request: Request, form: ShareForm, described: Described) -> None:
    if request.POST.get("act") == "end":
        actions.end_sharing(
            actor=request.actor,
            sharing_id=row_number(request.POST.get("sharing")) or 0,
            at=now(),
        )
        return
    if request.POST.get("act") == "describe":
        said = cleaned(described)
        actions.describe(
            actor=request.actor,
            organisation_id=said.pop("organisation"),
            at=now(),
            **said,
        )
        return
    said = cleaned(form)
    actions.share(
        actor=request.actor,
        organisation_id=said.pop("organisation"),
        at=now(),
        **said,
    )


@require_safe
def evidence_file(request: Request, file_id: str) -> FileResponse:
    """A paper, to those who may know of it."""
    return serve(readable_file(request.actor, file_id))


def managers_only(actor: Actor) -> None:
    require(actor, "assessments.read")
    if not actor.manages:
        raise AccessDenied(
            _("You manage no organisation."), who=_("a manager of an organisation")
        )


def up() -> Crumb:
    return Crumb(_("Innovation assessments"), reverse("assessments:assessments"))
