"""Campaigns in which agencies report: the list, one with who reported what, its forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django import forms
from django.db.models import Q
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from opensti.domains.registry.queries import organisations
from opensti.domains.strategies import actions, queries
from opensti.domains.strategies.choices import CampaignState
from opensti.domains.strategies.models import Campaign, Indicator
from opensti.kernel.access import may, require, visible
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
from opensti.web.results.fields import Telling, day_field
from opensti.web.strategies.card_forms import Houses

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from opensti.kernel.access import Actor
    from opensti.web.requests import Request

METHODS = ["GET", "HEAD", "POST"]
TONES = {"draft": "neutral", "open": "wait", "closed": "good"}
# How a line of a campaign stands: its tone and its words.
STANDING: dict[str, tuple[str, Any]] = {
    "waiting": ("neutral", gettext_lazy("waiting")),
    "late": ("bad", gettext_lazy("late")),
    "entered": ("wait", pgettext_lazy("value", "entered")),
    "returned": ("bad", gettext_lazy("returned")),
    "approved": ("good", gettext_lazy("approved")),
    "published": ("good", gettext_lazy("published")),
}


class CampaignTable(Table):
    title = PairColumn(
        "title",
        linkify=lambda record: reverse("strategies:campaign", args=[record.public_id]),
        verbose_name=gettext_lazy("Campaign"),
    )
    period = Column(verbose_name=gettext_lazy("Reporting period"))
    opens_on = DayColumn(verbose_name=gettext_lazy("Opens"))
    due_on = DayColumn(verbose_name=gettext_lazy("Last day"))
    state = StateColumn(
        tones=TONES,
        labels=dict(CampaignState.choices),
        verbose_name=gettext_lazy("State"),
    )
    asked = NumberColumn(verbose_name=gettext_lazy("Values asked for"))
    reported = NumberColumn(verbose_name=gettext_lazy("Reported so far"))

    class Meta(Table.Meta):
        model = Campaign
        fields = (
            "title",
            "period",
            "opens_on",
            "due_on",
            "state",
            "asked",
            "reported",
        )


class CampaignFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=CampaignState.choices
    )
    period = django_filters.CharFilter(label=gettext_lazy("Reporting period"))

    class Meta:
        model = Campaign
        fields = ("state", "period")


class Campaigns(WorkList):
    title = gettext_lazy("Campaigns")
    lead = gettext_lazy("Rounds in which agencies report their values.")
    permission = "strategies.list_campaigns"
    table_class = CampaignTable
    filterset_class = CampaignFilter
    export_name = "campaigns"
    template_name = "web/strategies/campaigns.html"

    def rows(self, actor: Actor) -> QuerySet[Campaign]:
        return queries.campaigns(actor)

    def search(self, rows: QuerySet[Campaign], text: str) -> QuerySet[Campaign]:
        return rows.filter(Q(title_vi__icontains=text) | Q(title_en__icontains=text))

    def context(self, actor: Actor) -> dict[str, Any]:
        return {"may_keep": bool(may(actor, "strategies.keep_campaign"))}


def crumbs(campaign: Campaign, *more: Crumb) -> list[Crumb]:
    here = reverse("strategies:campaign", args=[campaign.public_id])
    name = str(campaign.title)
    return [
        Crumb(_("Campaigns"), reverse("strategies:campaigns")),
        Crumb(name, here) if more else Crumb(name),
        *more,
    ]


@require_safe
def campaign_page(request: Request, public_id: str) -> HttpResponse:
    """Who reported what, who waits, who is late; an agency sees its own line alone."""
    actor = request.actor
    require(actor, "strategies.list_campaigns")
    campaign = queries.campaign(actor, public_id)
    matrix = queries.matrix_of(actor, campaign, localdate())
    rows = [
        {
            "agency": row.agency,
            "reported": row.reported,
            "asked": row.asked,
            "may_report": campaign.state == CampaignState.OPEN
            and bool(may(actor, "strategies.report", row.agency.pk)),
            "cells": [
                {
                    "item": cell[0],
                    "indicator": card,
                    "standing": cell[1],
                    "tone": STANDING[cell[1]][0],
                    "label": STANDING[cell[1]][1],
                    "was_late": cell[2],
                    "open": cell[1] in {"waiting", "late", "returned"},
                }
                if cell
                else None
                for card, cell in zip(matrix.indicators, row.cells, strict=True)
            ],
        }
        for row in matrix.rows
    ]
    return render(
        request,
        "web/strategies/campaign.html",
        {
            "title": str(campaign.title),
            "breadcrumb": crumbs(campaign),
            "campaign": campaign,
            "tone": TONES[campaign.state],
            "matrix": matrix,
            "rows": rows,
            "late": STANDING["late"],
            "may_keep": bool(may(actor, "strategies.keep_campaign", campaign)),
        },
    )


class CampaignForm(Telling):
    title_vi = forms.CharField(label=gettext_lazy("Name (Vietnamese)"), max_length=300)
    title_en = forms.CharField(
        label=gettext_lazy("Name (English)"), max_length=300, required=False
    )
    period = forms.CharField(
        label=gettext_lazy("Reporting period"),
        max_length=8,
        help_text=gettext_lazy("2025, 2025-H1, 2025-Q3 or 2025-07."),
    )
    opens_on = day_field(gettext_lazy("First day"), required=True)
    due_on = day_field(gettext_lazy("Last day"), required=True)

    def __init__(self, *args: Any, changing: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if changing:
            self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput)

    def facts(self) -> actions.CampaignFacts:
        names = actions.CampaignFacts.__dataclass_fields__
        return actions.CampaignFacts(**{n: self.cleaned_data[n] for n in names})


class Cards(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, thing: Any) -> str:
        return f"{thing.code} · {thing.name}"


class Agencies(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    label_from_instance = Houses.label_from_instance  # type: ignore[assignment]


class AskedForm(Telling):
    """Every chosen agency is asked for every chosen indicator, or none any more."""

    agencies = Agencies(
        label=gettext_lazy("Agencies"),
        queryset=None,
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 12}),
    )
    more = forms.CharField(
        label=gettext_lazy("Further agencies, one name a line"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("As the registry writes them, or their codes."),
    )
    indicators = Cards(
        label=gettext_lazy("Indicators"),
        queryset=None,
        widget=forms.SelectMultiple(attrs={"size": 12}),
    )
    how = forms.ChoiceField(
        label=gettext_lazy("What to do with these"),
        choices=[
            ("add", gettext_lazy("ask them, too")),
            ("drop", gettext_lazy("do not ask them any more")),
        ],
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, actor: Actor, campaign: Campaign, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.extra: list[int] = []
        asked = campaign.items.values("agency_id")
        lists: dict[str, Any] = {
            "agencies": organisations(actor).filter(
                Q(kind="ministry") | Q(pk__in=asked)
            ),
            "indicators": visible(actor, Indicator.objects.filter(retired_on=None)),
        }
        for name, rows in lists.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def clean_more(self) -> str:
        names = [line.strip() for line in self.cleaned_data["more"].splitlines()]
        for name in filter(None, names):
            rows = organisations(self.actor).filter(Q(public_id=name) | Q(name_vi=name))
            found = list(rows.values_list("pk", flat=True)[:2])
            if len(found) != 1:
                raise forms.ValidationError(
                    _("The registry has no one organisation “%(name)s”.")
                    % {"name": name}
                )
            self.extra += found
        return "\n".join(filter(None, names))

    def asked(self, campaign: Campaign) -> list[actions.AskedFor]:
        agencies = [row.pk for row in self.cleaned_data["agencies"]] + self.extra
        chosen = {
            (agency, card.pk)
            for agency in agencies
            for card in self.cleaned_data["indicators"]
        }
        now_ = set(campaign.items.values_list("agency_id", "indicator_id"))
        wanted = now_ - chosen if self.cleaned_data["how"] == "drop" else now_ | chosen
        return [
            actions.AskedFor(agency_id=agency, indicator_id=card)
            for agency, card in sorted(wanted)
        ]


@require_http_methods(METHODS)
def campaign_new(request: Request) -> HttpResponse:
    require(request.actor, "strategies.keep_campaign")
    form = CampaignForm(request.POST or None)

    def act() -> None:
        actions.draft_campaign(actor=request.actor, facts=form.facts(), at=now())

    return act_page(
        request,
        form,
        act,
        title=_("New campaign"),
        done=_("The campaign is drafted: say whom it asks for what."),
        go=reverse("strategies:campaigns"),
        breadcrumb=[
            Crumb(_("Campaigns"), reverse("strategies:campaigns")),
            Crumb(_("New")),
        ],
        submit=_("Draft the campaign"),
    )


@require_http_methods(METHODS)
def campaign_edit(request: Request, public_id: str) -> HttpResponse:
    campaign = queries.campaign(request.actor, public_id)
    require(request.actor, "strategies.keep_campaign", campaign)
    names = actions.CampaignFacts.__dataclass_fields__
    form = CampaignForm(
        request.POST or None,
        changing=True,
        initial={n: getattr(campaign, n) for n in (*names, "version")},
    )

    def act() -> None:
        actions.change_campaign(
            actor=request.actor,
            campaign_id=campaign.pk,
            facts=form.facts(),
            version=form.cleaned_data["version"],
            at=now(),
        )

    return act_page(
        request,
        form,
        act,
        title=_("Change the campaign"),
        done=_("The campaign is changed."),
        go=reverse("strategies:campaign", args=[public_id]),
        breadcrumb=crumbs(campaign, Crumb(_("Change"))),
        submit=_("Save"),
    )


@require_http_methods(METHODS)
def campaign_asked(request: Request, public_id: str) -> HttpResponse:
    """Which agencies are asked for which indicators."""
    campaign = queries.campaign(request.actor, public_id)
    require(request.actor, "strategies.keep_campaign", campaign)
    form = AskedForm(
        request.actor,
        campaign,
        request.POST or None,
        initial={"version": campaign.version},
    )

    def act() -> None:
        actions.set_asked(
            actor=request.actor,
            campaign_id=campaign.pk,
            asked=form.asked(campaign),
            version=form.cleaned_data["version"],
            at=now(),
        )

    return act_page(
        request,
        form,
        act,
        title=_("Whom the campaign asks for what"),
        done=_("The lines of the campaign are kept."),
        go=reverse("strategies:campaign", args=[public_id]),
        breadcrumb=crumbs(campaign, Crumb(_("Lines"))),
        submit=_("Keep"),
    )
