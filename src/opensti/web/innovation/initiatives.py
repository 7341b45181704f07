"""The board, the list and the page of initiatives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from opensti.domains.innovation import actions, queries
from opensti.domains.innovation.choices import Criterion, Horizon, Risk, Stage, State
from opensti.domains.innovation.lifecycle import RUNNING
from opensti.domains.innovation.models import Initiative
from opensti.kernel.access import require
from opensti.kernel.identifiers import row_number
from opensti.kernel.refusals import AccessDenied, Refusal
from opensti.ui.tables import Column, DayColumn, PairColumn, StateColumn, Table
from opensti.web.innovation.acting import (
    METHODS,
    act_of,
    acted,
    cleaned,
    managers_only,
    sent,
    up,
)
from opensti.web.innovation.forms import (
    AssumptionForm,
    BeginForm,
    DecisionForm,
    DescribeForm,
    PartnerForm,
    RightForm,
    ToldForm,
    TrialForm,
)
from opensti.web.lists import WorkList

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from opensti.domains.innovation.models import StageDecision
    from opensti.domains.innovation.queries import OpenedInitiative
    from opensti.kernel.access import Actor
    from opensti.web.requests import Request

TONES = {
    "active": "info",
    "held": "wait",
    "done": "good",
    "stopped": "neutral",
    "merged": "neutral",
    "split": "neutral",
    "spun_out": "good",
    "transferred": "good",
}


class InitiativeTable(Table):
    title = Column(
        verbose_name=gettext_lazy("Initiative"),
        linkify=lambda record: reverse(
            "innovation:initiative", args=[record.public_id]
        ),
    )
    organisation = PairColumn(
        "organisation.name",
        order_by=("organisation__name_vi",),
        verbose_name=gettext_lazy("Organisation"),
    )
    stage = Column(
        accessor="get_stage_display",
        order_by=("stage",),
        verbose_name=gettext_lazy("Stage"),
    )
    state = StateColumn(
        tones=TONES,
        labels=dict(State.choices),
        verbose_name=gettext_lazy("State"),
    )
    horizon = Column(
        accessor="get_horizon_display",
        order_by=("horizon",),
        verbose_name=gettext_lazy("Horizon"),
    )
    since = DayColumn(verbose_name=gettext_lazy("In this stage since"))

    class Meta(Table.Meta):
        model = Initiative
        fields = ("title", "organisation", "stage", "state", "horizon", "since")


class InitiativeFilter(django_filters.FilterSet):
    stage = django_filters.ChoiceFilter(
        label=gettext_lazy("Stage"), choices=Stage.choices
    )
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=State.choices
    )
    horizon = django_filters.ChoiceFilter(
        label=gettext_lazy("Horizon"), choices=Horizon.choices
    )
    risk = django_filters.ChoiceFilter(label=gettext_lazy("Risk"), choices=Risk.choices)

    class Meta:
        model = Initiative
        fields = ("stage", "state", "horizon", "risk")


class Initiatives(WorkList):
    """All of the own organisation and of advised ones, those that ended too."""

    title = gettext_lazy("Initiatives")
    permission = "innovation.read"
    table_class = InitiativeTable
    filterset_class = InitiativeFilter
    export_name = "initiatives"
    list_url = "innovation:initiatives"

    def rows(self, actor: Actor) -> QuerySet[Initiative]:
        return queries.initiatives(actor)


@never_cache
@require_safe
def board(request: Request) -> HttpResponse:
    """What runs, by stage; a list by stage on a phone."""
    require(request.actor, "innovation.read")
    columns = queries.board(request.actor)
    return render(
        request,
        "web/innovation/board.html",
        {
            "title": _("Innovation board"),
            "columns": columns,
            "running": sum(len(one.rows) for one in columns),
        },
    )


@require_http_methods(METHODS)
def initiative_new(request: Request) -> HttpResponse:
    """Begin an initiative that did not come from a campaign."""
    actor = request.actor
    managers_only(actor)
    form = BeginForm(actor, request.POST or None)
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        try:
            made = actions.begin_initiative(
                actor=actor, organisation_id=said.pop("organisation"), at=now(), **said
            )
        except Refusal as refused:
            refusal = refused
        else:
            return redirect("innovation:initiative", public_id=made.public_id)
    return _form(
        request,
        form,
        refusal,
        title=_("New initiative"),
        submit=_("Begin"),
        back=reverse("innovation:board"),
    )


@never_cache
@require_http_methods(METHODS)
def initiative_edit(request: Request, public_id: str) -> HttpResponse:
    """What it is, what it may be worth, what it has brought."""
    actor = request.actor
    row = queries.initiative(actor, public_id)
    if row.organisation_id not in actor.manages:
        raise AccessDenied(
            _("You do not manage this organisation."),
            who=_("a manager of the organisation"),
        )
    initial = {name: getattr(row, name) for name in DescribeForm.base_fields}
    if row.objective is not None:
        initial["objective"] = row.objective.public_id
    form = DescribeForm(
        queries.objectives_of(actor, row.organisation_id),
        request.POST or None,
        initial=initial,
    )
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.describe_initiative(
                actor=actor,
                initiative_id=row.pk,
                facts=form.cleaned_data,
                version=row_number(request.POST.get("version")),
                at=now(),
            )
        except Refusal as refused:
            refusal = refused
        else:
            return redirect("innovation:initiative", public_id=public_id)
    return _form(
        request,
        form,
        refusal,
        title=_("Describe: %(name)s") % {"name": row.title},
        submit=_("Save"),
        back=reverse("innovation:initiative", args=[public_id]),
        version=row.version,
    )


def _form(
    request: Request, form: Any, refusal: Refusal | None, **said: Any
) -> HttpResponse:
    return render(
        request,
        "web/innovation/form.html",
        {"breadcrumb": [up()], "form": form, "refusal": refusal, **said},
        status=refusal.status if refusal else 422 if form.errors else 200,
    )


@never_cache
@require_http_methods(METHODS)
def initiative(request: Request, public_id: str) -> HttpResponse:
    """An initiative with its whole history: decisions, tests, rights, partners, value."""
    opened = queries.opened_initiative(request.actor, public_id)
    row = opened.row
    forms = _forms(request, opened)
    refusal: Refusal | None = None
    if request.method == "POST":
        refusal = acted(request, _acts(request, opened, forms))
        if refusal is None:
            return redirect("innovation:initiative", public_id=public_id)
    labels = {one.value: one.label for one in opened.verdicts}
    return render(
        request,
        "web/innovation/initiative.html",
        {
            "title": row.title,
            "breadcrumb": [up()],
            "opened": opened,
            "row": row,
            "tone": TONES[row.state],
            "running": row.state in RUNNING,
            "expected": queries.expected_value_of(row),
            "history": [_told(one) for one in reversed(opened.decisions)],
            "decisions": [
                (one, labels[one.verdict], act_of(request) == f"decide-{one.verdict}")
                for one in forms["decisions"]
            ],
            "assumed": [
                (
                    one,
                    forms["trials"][one.row.pk],
                    [(t, forms["told"][t.pk]) for t in one.trials],
                )
                for one in opened.assumed
            ],
            "forms": forms,
            "refusal": refusal,
        },
        status=refusal.status if refusal else 200,
    )


def _told(one: StageDecision) -> dict[str, Any]:
    """A decision as the history shows it."""
    labels = dict(Criterion.choices)
    moved = one.from_stage and one.from_stage != one.to_stage
    return {
        "row": one,
        "where": f"{one.get_from_stage_display()} → {one.get_to_stage_display()}"
        if moved
        else one.get_to_stage_display(),
        "scores": [(labels[code], n) for code, n in one.scores.items()],
    }


def _forms(request: Request, opened: OpenedInitiative) -> dict[str, Any]:
    def named(form: Any, act: str) -> Any:
        return form(sent(request, act), auto_id=f"{act}_%s")

    return {
        "decisions": [
            DecisionForm(one, opened.row, opened.others, sent(request, f"decide-{one}"))
            for one in opened.verdicts
        ],
        "assume": named(AssumptionForm, "assume"),
        "right": named(RightForm, "right"),
        "partner": named(PartnerForm, "partner"),
        "trials": {
            one.row.pk: named(TrialForm, f"trial-{one.row.pk}")
            for one in opened.assumed
        },
        "told": {
            t.pk: named(ToldForm, f"tell-{t.pk}")
            for one in opened.assumed
            for t in one.trials
        },
    }


def _acts(
    request: Request, opened: OpenedInitiative, forms: dict[str, Any]
) -> dict[str, Callable[[], object]]:
    row = opened.row
    by: dict[str, Any] = {"actor": request.actor, "at": now()}
    said = by | {"initiative_id": row.pk}
    version = row_number(request.POST.get("version"))

    def decided(form: DecisionForm) -> Callable[[], object]:
        def do() -> object:
            cleaned(form)
            return actions.decide(version=version, **said, **form.said())

        return do

    def planned(pk: int) -> Callable[[], object]:
        return lambda: actions.plan_trial(
            assumption_id=pk, **by, **cleaned(forms["trials"][pk])
        )

    def told(pk: int) -> Callable[[], object]:
        return lambda: actions.tell_trial(
            trial_id=pk, **by, **cleaned(forms["told"][pk])
        )

    return {
        "assume": lambda: actions.assume(**said, **cleaned(forms["assume"])),
        "right": lambda: actions.note_right(**said, **cleaned(forms["right"])),
        "partner": lambda: actions.note_partner(**said, **cleaned(forms["partner"])),
        **{f"decide-{one.verdict}": decided(one) for one in forms["decisions"]},
        **{f"trial-{pk}": planned(pk) for pk in forms["trials"]},
        **{f"tell-{pk}": told(pk) for pk in forms["told"]},
    }
