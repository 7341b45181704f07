"""What runs underneath: background work, procedures and their gaps, the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import django_filters
from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.timezone import now
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from opensti.domains.procedures import actions as procedures
from opensti.domains.procedures import queries
from opensti.domains.procedures.choices import MARK_LABELS
from opensti.domains.procedures.regimes.diagram import draw
from opensti.domains.publications.queries import record_entries
from opensti.kernel.access import Role, may, require
from opensti.kernel.citations import cited
from opensti.kernel.jobs import actions as jobs
from opensti.kernel.jobs.models import Job, JobState
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import NotFound
from opensti.ui.pages import Crumb
from opensti.ui.tables import (
    Column,
    MomentColumn,
    NumberColumn,
    StateColumn,
    Table,
)
from opensti.web.lists import WorkList
from opensti.web.timeline import ACTS, roles_in_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse
    from django.utils.safestring import SafeString

    from opensti.kernel.access import Actor
    from opensti.web.requests import Request

KINDS = {
    "panels.find_conflicts": gettext_lazy("look for conflicts of interest"),
    "panels.form_councils": gettext_lazy("compute councils"),
    "panels.mail_letters": gettext_lazy("mail invitations and reminders"),
    "contracts.export_settlements": gettext_lazy(
        "year-end settlement of all contracts"
    ),
    "panels.mail_summons": gettext_lazy("mail convocations"),
    "portfolios.mail_letters": gettext_lazy("mail released letters"),
    "strategies.mail_notice": gettext_lazy("mail a notice on plans and indicators"),
    "portfolios.rank_round": gettext_lazy("rank the dossiers of a round"),
    "registry.import": gettext_lazy("bring in a file"),
    "surveys.mail_links": gettext_lazy("mail the links of a survey"),
    "surveys.work": gettext_lazy("clean or analyse a survey"),
}


class JobTable(Table):
    kind = Column(
        verbose_name=gettext_lazy("Work"),
        linkify=lambda record: reverse("jobs:job", args=[record.public_id]),
    )
    state = StateColumn(
        tones={
            "waiting": "wait",
            "running": "info",
            "done": "good",
            "failed": "bad",
            "cancelled": "neutral",
        },
        labels=dict(JobState.choices),
        verbose_name=gettext_lazy("State"),
    )
    done = NumberColumn(verbose_name=gettext_lazy("Done"))
    total = NumberColumn(verbose_name=gettext_lazy("Of"))
    asked_at = MomentColumn(verbose_name=gettext_lazy("Asked for"))
    actor_name = Column(verbose_name=gettext_lazy("By"))

    class Meta(Table.Meta):
        model = Job
        fields = ("kind", "state", "done", "total", "asked_at", "actor_name")

    def render_kind(self, value: str) -> str:
        return str(KINDS.get(value, value))


class JobFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=JobState.choices
    )

    class Meta:
        model = Job
        fields = ("state",)


class Jobs(WorkList):
    title = gettext_lazy("Long work")
    table_class = JobTable
    filterset_class = JobFilter
    export_name = "jobs"
    permission = "accounts.save_view"

    def rows(self, actor: Actor) -> QuerySet[Job]:
        if actor.has(Role.ADMIN):
            return Job.objects.order_by("-pk")
        return jobs.jobs_of(actor).order_by("-pk")

    def search(self, rows: QuerySet[Job], text: str) -> QuerySet[Job]:
        return rows.filter(Q(kind__icontains=text) | Q(actor_name__icontains=text))


def _noted(result: Mapping[str, object]) -> SafeString:
    """What a work noted of itself: names of the program, no words of a language."""
    return format_html_join(", ", '<code lang="en">{}: {}</code>', result.items())


@require_safe
def job_page(request: Request, public_id: str) -> HttpResponse:
    job = jobs.job_for(request.actor, public_id)
    unfinished = job.state in (JobState.WAITING, JobState.RUNNING)
    return render(
        request,
        "web/system/job.html",
        {
            "title": KINDS.get(job.kind, job.kind),
            "breadcrumb": [Crumb(gettext_lazy("Long work"), reverse("jobs:list"))],
            "job": job,
            "unfinished": unfinished,
            "facts": [
                (gettext_lazy("State"), job.get_state_display()),
                (gettext_lazy("Message"), job.message),
                (gettext_lazy("Result"), _noted(job.result)),
            ],
        },
    )


@require_POST
def job_cancel(request: Request, public_id: str) -> HttpResponse:
    jobs.cancel(actor=request.actor, public_id=public_id, at=now())
    messages.success(request, _("The work will stop."))
    return redirect("jobs:job", public_id=public_id)


@require_POST
def job_retry(request: Request, public_id: str) -> HttpResponse:
    jobs.retry(actor=request.actor, public_id=public_id, at=now())
    messages.success(request, _("The work will be tried again."))
    return redirect("jobs:job", public_id=public_id)


@require_safe
def regimes(request: Request) -> HttpResponse:
    """Every regime in force or still running, and how far its facts were verified."""
    require(request.actor, "procedures.read")
    language = get_language() or "vi"
    rows = []
    for version in queries.active_versions():
        regime = queries.regime_of(version)
        rows.append(
            {
                "version": version,
                "label": regime.label(language),
                "since": regime.since,
                "until": regime.until,
                "unverified": len(queries.unverified(regime)),
                "switches": len(regime.switches),
            }
        )
    return render(
        request, "web/system/regimes.html", {"title": _("Procedures"), "rows": rows}
    )


@require_safe
def regime_page(request: Request, code: str) -> HttpResponse:
    """One regime: its diagrams, its switches, and each fact that is not verified."""
    require(request.actor, "procedures.read")
    language = get_language() or "vi"
    version = queries.active_version(code)
    regime = queries.regime_of(version)
    answers = queries.answers_of(code)
    return render(
        request,
        "web/system/regime.html",
        {
            "title": regime.label(language),
            "breadcrumb": [Crumb(_("Procedures"), reverse("procedures:regimes"))],
            "version": version,
            "regime": regime,
            "tracks": [
                (track, mark_safe(draw(regime, track=track, lang=language, name=track)))  # noqa: S308 -- our own drawing of our own data
                for track in regime.tracks()
            ],
            "switches": [
                {"switch": switch, "value": answers.get(switch.id, switch.default)}
                for switch in regime.switches
            ],
            "unverified": [
                (path, fact, MARK_LABELS[fact.v])
                for path, fact in queries.unverified(regime)
            ],
            "may_switch": may(request.actor, "procedures.set_switch"),
        },
    )


class SwitchForm(forms.Form):
    value = forms.ChoiceField(label=gettext_lazy("Choice"))
    reason = forms.CharField(
        label=gettext_lazy("Reason, with the paper it rests on"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def switch_set(request: Request, code: str, switch: str) -> HttpResponse:
    """Choose how a gap of the texts is read; the reason stays in the record."""
    require(request.actor, "procedures.set_switch")
    language = get_language() or "vi"
    regime = queries.regime_of(queries.active_version(code))
    found = next((s for s in regime.switches if s.id == switch), None)
    if found is None:
        raise NotFound
    form = SwitchForm(
        request.POST or None,
        initial={"value": queries.answers_of(code).get(switch, found.default)},
    )
    form.fields["value"].choices = [  # type: ignore[attr-defined]
        (option.id, option.label(language)) for option in found.options
    ]
    if request.method == "POST" and form.is_valid():
        procedures.set_switch(
            actor=request.actor,
            regime=code,
            switch=switch,
            value=form.cleaned_data["value"],
            reason=form.cleaned_data["reason"],
            at=now(),
        )
        messages.success(request, _("The choice is set for cases from now on."))
        return redirect("procedures:regime", code=code)
    return render(
        request,
        "web/form.html",
        {
            "title": found.question_en
            if language.startswith("en")
            else found.question_vi,
            "breadcrumb": [
                Crumb(_("Procedures"), reverse("procedures:regimes")),
                Crumb(
                    regime.label(language), reverse("procedures:regime", args=[code])
                ),
            ],
            "form": form,
            "submit": _("Set"),
            "back": reverse("procedures:regime", args=[code]),
        },
        status=422 if form.errors else 200,
    )


class EntryTable(Table):
    position = NumberColumn(verbose_name=gettext_lazy("No."))
    recorded_at = MomentColumn(verbose_name=gettext_lazy("When"))
    act = Column(verbose_name=gettext_lazy("Act"))
    subject = Column(verbose_name=gettext_lazy("On what"))
    role = Column(verbose_name=gettext_lazy("In which role"))
    actor_user_id = NumberColumn(verbose_name=gettext_lazy("Account no."))
    basis = Column(verbose_name=gettext_lazy("Basis"))
    public = Column(verbose_name=gettext_lazy("Public"))

    class Meta(Table.Meta):
        model = Entry
        fields = (
            "position",
            "recorded_at",
            "act",
            "subject",
            "role",
            "actor_user_id",
            "basis",
            "public",
        )

    def render_act(self, value: str) -> str:
        return str(ACTS.get(value, value))

    def render_role(self, value: str) -> str:
        return roles_in_words(value) or _("the system itself")

    def render_basis(self, value: str) -> str:
        return cited(value)

    def render_public(self, value: bool) -> str:  # noqa: FBT001 -- the cell's value
        return _("yes") if value else _("no")


class EntryFilter(django_filters.FilterSet):
    act = django_filters.CharFilter(
        label=gettext_lazy("Act begins with"), lookup_expr="startswith"
    )
    public = django_filters.BooleanFilter(label=gettext_lazy("Public"))

    class Meta:
        model = Entry
        fields = ("act", "public")


class Entries(WorkList):
    title = gettext_lazy("Record")
    table_class = EntryTable
    filterset_class = EntryFilter
    export_name = "record"
    permission = "record.read"

    def rows(self, actor: Actor) -> QuerySet[Entry]:
        return record_entries(actor)

    def search(self, rows: QuerySet[Entry], text: str) -> QuerySet[Entry]:
        return rows.filter(Q(subject__icontains=text) | Q(act__icontains=text))
