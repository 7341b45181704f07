"""Criteria stated, candidates computed, honours confirmed by another, withdrawn in public."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from opensti.domains.publications import actions, queries
from opensti.domains.publications.choices import HonourState
from opensti.domains.publications.models import Honour
from opensti.kernel.access import may, require
from opensti.ui.pages import Crumb
from opensti.ui.tables import Column, DayColumn, NumberColumn, PairColumn, Table
from opensti.ui.tables import StateColumn as States
from opensti.web.lists import WorkList
from opensti.web.publications.honours.forms import (
    CriterionForm,
    DeclineForm,
    RunForm,
    WithdrawForm,
)
from opensti.web.results.acting import act_page
from opensti.web.tasks.cases import version_of

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from opensti.kernel.access import Actor
    from opensti.web.requests import Request

METHODS = ["GET", "HEAD", "POST"]
TONES = {
    "candidate": "wait",
    "confirmed": "good",
    "declined": "neutral",
    "withdrawn": "bad",
}


class HonourTable(Table):
    organisation = PairColumn(
        "organisation.name",
        order_by=("organisation__name_vi",),
        verbose_name=gettext_lazy("Host"),
        linkify=lambda record: reverse("honours:honour", args=[record.public_id]),
    )
    task = PairColumn(
        "task.title",
        order_by=("task__title_vi",),
        verbose_name=gettext_lazy("Team of the task"),
    )
    criterion = PairColumn(
        "run.criterion.name",
        order_by=("run__criterion__name_vi",),
        verbose_name=gettext_lazy("Criterion of honours"),
    )
    year = Column(
        accessor="run__year", order_by=("run__year",), verbose_name=gettext_lazy("Year")
    )
    figure = NumberColumn(verbose_name=gettext_lazy("Figure reached"))
    state = States(
        tones=TONES,
        labels=dict(HonourState.choices),
        verbose_name=gettext_lazy("State"),
    )
    issued_on = DayColumn(verbose_name=gettext_lazy("Honoured on"))

    class Meta(Table.Meta):
        model = Honour
        fields = (
            "organisation",
            "task",
            "criterion",
            "year",
            "figure",
            "state",
            "issued_on",
        )


class HonourFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=HonourState.choices
    )
    year = django_filters.NumberFilter(
        field_name="run__year", label=gettext_lazy("Year")
    )

    class Meta:
        model = Honour
        fields = ("state", "year")


class Honours(WorkList):
    title = gettext_lazy("Honours")
    lead = gettext_lazy(
        "Who reached a stated criterion. Another person than who computed it confirms an honour."
    )
    permission = "publications.read_honours"
    table_class = HonourTable
    filterset_class = HonourFilter
    export_name = "honours"
    template_name = "web/honours/list.html"

    def rows(self, actor: Actor) -> QuerySet[Honour]:
        return queries.honours(actor).order_by("-run__year", "-pk")

    def context(self, actor: Actor) -> dict[str, Any]:
        return {
            "criteria": queries.public_criteria(),
            "runs": queries.honour_runs(actor)[:10],
            "may_state": may(actor, "publications.state_criterion"),
            "may_run": may(actor, "publications.run_honours"),
        }


def _crumbs(*more: Crumb) -> list[Crumb]:
    return [Crumb(_("Honours"), reverse("honours:honours")), *more]


@require_http_methods(METHODS)
def criterion_new(request: Request) -> HttpResponse:
    """State a criterion, or the next version of one."""
    actor = request.actor
    require(actor, "publications.state_criterion")
    form = CriterionForm(request.POST or None)
    return act_page(
        request,
        form,
        lambda: actions.state_criterion(actor=actor, facts=form.facts(), at=now()),
        title=_("State a criterion"),
        lead=_("Everybody reads it from now on. It is never changed; a next version follows it."),
        done=_("The criterion is stated and public."),
        go=reverse("honours:honours"),
        breadcrumb=_crumbs(Crumb(_("State a criterion"))),
        submit=_("State it"),
    )  # fmt: skip


@require_http_methods(METHODS)
def run_new(request: Request) -> HttpResponse:
    """Compute who reached a criterion in a year."""
    actor = request.actor
    require(actor, "publications.run_honours")
    form = RunForm(request.POST or None, criteria=queries.public_criteria())

    def act() -> None:
        data = form.cleaned_data
        actions.run_honours(
            actor=actor, criterion_id=data["criterion"].pk, year=data["year"], at=now()
        )

    return act_page(
        request,
        form,
        act,
        title=_("Compute candidates"),
        done=_("The candidates are computed. A leader who did not compute them confirms them."),
        go=reverse("honours:honours"),
        breadcrumb=_crumbs(Crumb(_("Compute candidates"))),
        submit=_("Compute"),
    )  # fmt: skip


@require_safe
def run(request: Request, public_id: str) -> HttpResponse:
    """What was asked, which figures were frozen, who reached it, and whether it holds."""
    require(request.actor, "publications.read_honours")
    found, rows = queries.honour_run(request.actor, public_id)
    return render(
        request,
        "web/honours/run.html",
        {
            "title": f"{found.criterion.name}, {found.year}",
            "breadcrumb": _crumbs(Crumb(str(found.criterion.name))),
            "run": found,
            "rows": [(row, TONES[row.state]) for row in rows],
            "sound": queries.is_sound(found, rows),
            "looked_at": len(found.inputs),
        },
    )


@require_safe
def honour(request: Request, public_id: str) -> HttpResponse:
    """One candidate or honour, with what may be done."""
    actor = request.actor
    require(actor, "accounts.save_view")
    found = queries.honour(actor, public_id)
    return render(
        request,
        "web/honours/honour.html",
        {
            "title": str(found.organisation.name),
            "breadcrumb": _crumbs(Crumb(str(found.organisation.name))),
            "honour": found,
            "tone": TONES[found.state],
            "named": queries.named_person(found),
            "may": {
                act: may(actor, f"publications.{act}", found)
                for act in ("confirm_honour", "decline_honour", "withdraw_honour", "name_me", "read_honours")
            },
        },
    )  # fmt: skip


@require_POST
def confirm(request: Request, public_id: str) -> HttpResponse:
    found = queries.honour(request.actor, public_id)
    actions.confirm_honour(
        actor=request.actor,
        honour_id=found.pk,
        version=version_of(request) or 0,
        at=now(),
    )
    messages.success(request, _("The honour is public."))
    return redirect("honours:honour", public_id)


@require_POST
def naming(request: Request, public_id: str) -> HttpResponse:
    """The person says whether to be named."""
    found = queries.honour(request.actor, public_id)
    actions.agree_to_be_named(
        actor=request.actor,
        honour_id=found.pk,
        agrees=request.POST.get("agrees") == "yes",
        version=version_of(request) or 0,
        at=now(),
    )
    messages.success(request, _("Your answer counts from now on."))
    return redirect("honours:honour", public_id)


@require_http_methods(METHODS)
def decline(request: Request, public_id: str) -> HttpResponse:
    actor = request.actor
    found = queries.honour(actor, public_id)
    require(actor, "publications.decline_honour", found)
    form = DeclineForm(request.POST or None)
    return act_page(
        request,
        form,
        lambda: actions.decline_honour(
            actor=actor,
            honour_id=found.pk,
            version=found.version,
            at=now(),
            **form.cleaned_data,
        ),
        title=_("Do not honour this candidate"),
        lead=_("The reason stays with the office."),
        done=_("The candidate is not honoured."),
        go=reverse("honours:honour", args=[public_id]),
        breadcrumb=_crumbs(Crumb(str(found.organisation.name))),
        submit=_("Do not honour"),
    )


@require_http_methods(METHODS)
def withdraw(request: Request, public_id: str) -> HttpResponse:
    actor = request.actor
    found = queries.honour(actor, public_id)
    require(actor, "publications.withdraw_honour", found)
    form = WithdrawForm(request.POST or None)
    return act_page(
        request,
        form,
        lambda: actions.withdraw_honour(
            actor=actor,
            honour_id=found.pk,
            version=found.version,
            at=now(),
            **form.cleaned_data,
        ),
        title=_("Withdraw the honour"),
        lead=_("It stays on the public page, with the reason."),
        done=_("The honour is withdrawn; everybody reads why."),
        go=reverse("honours:honour", args=[public_id]),
        breadcrumb=_crumbs(Crumb(str(found.organisation.name))),
        submit=_("Withdraw it"),
    )
