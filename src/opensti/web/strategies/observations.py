"""Reported values: the list, those that wait, one of them, and what is decided on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import django_filters
from django import forms
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

from opensti.domains.publications import queries as publications
from opensti.domains.strategies import actions, queries
from opensti.domains.strategies.choices import ObservationState, ValueStatus
from opensti.domains.strategies.models import Observation
from opensti.kernel.access import may, require
from opensti.kernel.files.serving import serve
from opensti.kernel.refusals import NotFound, Stale
from opensti.ui.lists import BulkAct
from opensti.ui.pages import BulkRow, Crumb
from opensti.ui.tables import (
    Column,
    MomentColumn,
    NumberColumn,
    PairColumn,
    StateColumn,
    Table,
    TickColumn,
)
from opensti.web.lists import WorkList
from opensti.web.results.acting import act_page
from opensti.web.strategies.card_forms import ReasonForm
from opensti.web.strategies.figures import shown_of
from opensti.web.strategies.indicators import TONES
from opensti.web.strategies.observing import cells_of
from opensti.web.tasks.cases import version_of

if TYPE_CHECKING:
    from decimal import Decimal

    from django.db.models import QuerySet
    from django.http import HttpResponse, HttpResponseBase

    from opensti.kernel.access import Actor
    from opensti.web.requests import Request

MOST_AT_ONCE = 500


class ValueColumn(NumberColumn):
    """A value with the places of its card."""

    def render(self, value: Decimal, record: Observation) -> str:
        return shown_of(record.indicator, value)


def _called(row: Observation) -> str:
    return f"{row.indicator.code} {row.period}"


class ObservationTable(Table):
    tick = TickColumn(_called)
    indicator = Column(
        accessor="indicator__code",
        linkify=lambda record: reverse(
            "strategies:observation", args=[record.public_id]
        ),
        verbose_name=gettext_lazy("Indicator"),
    )
    name = PairColumn(
        "indicator.name",
        order_by=("indicator__name_vi",),
        verbose_name=gettext_lazy("Name"),
    )
    period = Column(verbose_name=gettext_lazy("Reporting period"))
    reporter = PairColumn(
        "reporter.name",
        order_by=("reporter__name_vi",),
        verbose_name=gettext_lazy("Agency"),
    )
    value = ValueColumn(verbose_name=gettext_lazy("Value"))
    status = Column(
        accessor="get_status_display",
        order_by=("status",),
        verbose_name=gettext_lazy("State of the value"),
    )
    vintage_label = Column(verbose_name=gettext_lazy("Release"))
    state = StateColumn(
        tones=TONES,
        labels=dict(ObservationState.choices),
        verbose_name=gettext_lazy("State"),
    )
    entered_at = MomentColumn(verbose_name=gettext_lazy("Entered"))

    class Meta(Table.Meta):
        model = Observation
        fields = (
            "tick",
            "indicator",
            "name",
            "period",
            "reporter",
            "value",
            "status",
            "vintage_label",
            "state",
            "entered_at",
        )


class ObservationFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=ObservationState.choices
    )
    status = django_filters.ChoiceFilter(
        label=gettext_lazy("State of the value"), choices=ValueStatus.choices
    )
    period = django_filters.CharFilter(label=gettext_lazy("Reporting period"))

    class Meta:
        model = Observation
        fields = ("state", "status", "period")


class Observations(WorkList):
    title = gettext_lazy("Values")
    lead = gettext_lazy(
        "Every value as it was reported. None is ever changed: a correction is a new row."
    )
    permission = "strategies.list_indicators"
    table_class = ObservationTable
    filterset_class = ObservationFilter
    export_name = "values"
    list_url = "strategies:observations"

    def rows(self, actor: Actor) -> QuerySet[Observation]:
        return queries.observations(actor)

    def search(self, rows: QuerySet[Observation], text: str) -> QuerySet[Observation]:
        return queries.find_observations(rows, text)

    def bulk_acts(self, actor: Actor) -> list[BulkAct]:
        found = []
        if may(actor, "strategies.approve_observation"):
            found.append(
                BulkAct(
                    label=_("Approve"),
                    url=reverse("strategies:values_bulk", args=["approve"]),
                )
            )
        if may(actor, "strategies.publish_observation"):
            found.append(
                BulkAct(
                    label=_("Publish"),
                    url=reverse("strategies:values_bulk", args=["publish"]),
                )
            )
        return found


class Approval(Observations):
    title = gettext_lazy("Values that wait for approval")
    lead = gettext_lazy("Reported by others: nobody approves what he entered himself.")
    permission = "strategies.approve_observation"
    export_name = "values-waiting"
    list_url = "strategies:approval"

    def rows(self, actor: Actor) -> QuerySet[Observation]:
        return queries.to_approve(actor)


@require_safe
def observation_page(request: Request, public_id: str) -> HttpResponse:
    """One report with its parts and what replaced it."""
    actor = request.actor
    require(actor, "accounts.save_view")
    row = publications.observation_known(actor, publications.seen_now, public_id)
    replaced = queries.replaced_by(actor, row)
    names = dict(cells_of(row.indicator))
    decides = bool(may(actor, "strategies.approve_observation", row))
    own = row.entered_by_id == actor.user_id
    open_ = row.state == ObservationState.ENTERED and replaced is None
    return render(
        request,
        "web/strategies/observation.html",
        {
            "title": f"{row.indicator.code} · {row.period}",
            "breadcrumb": [
                Crumb(_("Values"), reverse("strategies:observations"))
                if may(actor, "strategies.list_indicators")
                else Crumb(_("Campaigns"), reverse("strategies:campaigns")),
                Crumb(_called(row)),
            ],
            "row": row,
            "value": shown_of(row.indicator, row.value),
            "tone": TONES[ObservationState(row.state)],
            "parts": [
                (names.get(p.cell, p.cell), shown_of(row.indicator, p.value))
                for p in queries.parts_of(row)
            ],
            "replaced": replaced,
            "file": queries.observation_file(actor, row),
            "replaces": queries.replaces(actor, row),
            "with_people": row.reporter_id in actor.manages
            or bool(may(actor, "strategies.list_indicators")),
            "may_decide": decides and open_ and not own,
            "own_waits": decides and open_ and own,
            "may_publish": row.state == ObservationState.APPROVED
            and bool(may(actor, "strategies.publish_observation", row)),
            "may_correct": replaced is None
            and row.state != ObservationState.RETURNED
            and bool(may(actor, "strategies.report", row.reporter_id)),
            "may_list": bool(may(actor, "strategies.list_indicators")),
        },
    )


@require_safe
def observation_download(request: Request, public_id: str) -> HttpResponseBase:
    """The file that a value came from, as it came."""
    require(request.actor, "accounts.save_view")
    row = publications.observation_known(
        request.actor, publications.seen_now, public_id
    )
    kept = queries.observation_file(request.actor, row)
    if kept is None:
        raise NotFound
    return serve(kept)


@require_POST
def observation_decide(request: Request, public_id: str, act: str) -> HttpResponse:
    """Approve or publish one report."""
    acts = {
        "approve": (actions.approve_observation, _("The value is approved.")),
        "publish": (actions.publish_observation, _("The value is public.")),
    }
    if act not in acts:
        raise NotFound
    do, done = acts[act]
    row = queries.observation(request.actor, public_id)
    do(
        actor=request.actor,
        observation_id=row.pk,
        version=version_of(request) or 0,
        at=now(),
    )
    messages.success(request, done)
    return redirect("strategies:observation", public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def observation_return(request: Request, public_id: str) -> HttpResponse:
    """Send a report back with what is wrong."""
    row = queries.observation(request.actor, public_id)
    require(request.actor, "strategies.approve_observation", row)
    form = ReasonForm(request.POST or None, initial={"version": row.version})
    go = reverse("strategies:observation", args=[public_id])

    def act() -> None:
        actions.return_observation(
            actor=request.actor,
            observation_id=row.pk,
            reason=form.cleaned_data["reason"],
            version=form.cleaned_data["version"],
            at=now(),
        )

    return act_page(
        request,
        form,
        act,
        title=_("Send the value back"),
        lead=_called(row),
        done=_("The value is sent back."),
        go=go,
        breadcrumb=[
            Crumb(_("Values"), reverse("strategies:observations")),
            Crumb(_called(row), go),
            Crumb(_("Back")),
        ],
        submit=_("Send it back"),
    )


class NothingToSay(forms.Form):
    """A bulk act that asks for nothing."""


@require_POST
def observations_bulk(request: Request, act: str) -> HttpResponse:
    """What would happen to each chosen report, then all of it or nothing."""
    acts = {
        "approve": (actions.approve_many, _("Approve"), Approval),
        "publish": (actions.publish_many, _("Publish"), Observations),
    }
    if act not in acts:
        raise NotFound
    do, title, page_class = acts[act]
    require(request.actor, f"strategies.{act}_observation")
    page = Observations()
    page.setup(request)
    back = reverse(page_class.list_url)
    ids = list(page.chosen(request).values_list("pk", flat=True)[:MOST_AT_ONCE])
    if not ids:
        messages.error(request, _("Choose at least one row of the list first."))
        return redirect(back)
    refusal = None
    if request.POST.get("confirmed") == "1":
        try:
            done = do(actor=request.actor, observation_ids=ids, at=now())
        except Stale as stale:
            refusal = stale
        else:
            messages.success(
                request, _("%(count)d values were changed.") % {"count": len(done)}
            )
            return redirect(back)
    lines = do(actor=request.actor, observation_ids=ids, at=now(), dry_run=True)
    possible = [line.thing.pk for line in lines if line.refusal is None]
    return render(
        request,
        "ui/bulk_preview.html",
        {
            "title": _("%(act)s: what would happen") % {"act": title},
            "breadcrumb": [Crumb(page_class.title, back), Crumb(title)],
            "rows": [
                BulkRow(
                    label=_called(line.thing),
                    text=f"{title}: {shown_of(line.thing.indicator, line.thing.value)}",
                    url=reverse("strategies:observation", args=[line.thing.public_id]),
                    refusal=line.refusal,
                )
                for line in lines
            ],
            "possible": len(possible),
            "refused": len(lines) - len(possible),
            "ids": possible,
            "form": NothingToSay(),
            "confirm_url": request.path,
            "back_url": back,
            "act_label": title,
        },
        status=refusal.status if refusal else 200,
    )
