"""Campaigns and ideas for those who ask, weigh and answer."""

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
from django.views.decorators.http import require_http_methods

from opensti.domains.innovation import actions, queries
from opensti.domains.innovation.choices import IdeaState
from opensti.domains.innovation.models import Campaign, Idea
from opensti.kernel.identifiers import row_number
from opensti.kernel.refusals import Invalid, Refusal
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
    CampaignForm,
    IdeaForm,
    ReviewerForm,
    RewardForm,
    ScoreForm,
    StepForm,
)
from opensti.web.lists import WorkList

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from django.forms import Form
    from django.http import HttpResponse

    from opensti.domains.innovation.queries import OpenedIdea
    from opensti.kernel.access import Actor
    from opensti.web.requests import Request

TONES = {
    "submitted": "info",
    "triaged": "info",
    "in_review": "wait",
    "accepted": "good",
    "parked": "neutral",
    "declined": "neutral",
    "merged": "neutral",
}


class CampaignTable(Table):
    title = Column(
        verbose_name=gettext_lazy("Campaign"),
        linkify=lambda record: reverse("innovation:campaign", args=[record.public_id]),
    )
    organisation = PairColumn(
        "organisation.name",
        order_by=("organisation__name_vi",),
        verbose_name=gettext_lazy("Organisation"),
    )
    opens_on = DayColumn(verbose_name=gettext_lazy("First day"))
    closes_on = DayColumn(verbose_name=gettext_lazy("Last day"))
    came = Column(verbose_name=gettext_lazy("Ideas"))
    waiting = Column(verbose_name=gettext_lazy("Without an answer"))

    class Meta(Table.Meta):
        model = Campaign
        fields = ("title", "organisation", "opens_on", "closes_on", "came", "waiting")


class Campaigns(WorkList):
    """Those of the own organisation and of advised ones."""

    title = gettext_lazy("Idea campaigns")
    permission = "innovation.read"
    table_class = CampaignTable
    searchable = False
    export_name = "campaigns"
    list_url = "innovation:campaigns"
    template_name = "web/innovation/campaigns.html"

    def rows(self, actor: Actor) -> QuerySet[Campaign]:
        return queries.campaigns(actor)


class IdeaTable(Table):
    title = Column(
        verbose_name=gettext_lazy("Idea"),
        linkify=lambda record: reverse("innovation:idea", args=[record.public_id]),
    )
    campaign = Column(
        accessor="campaign__title",
        order_by=("campaign__title",),
        verbose_name=gettext_lazy("Campaign"),
    )
    state = StateColumn(
        tones=TONES,
        labels=dict(IdeaState.choices),
        verbose_name=gettext_lazy("State"),
    )
    handed_in_at = DayColumn(verbose_name=gettext_lazy("Handed in"))
    reply_due = DayColumn(verbose_name=gettext_lazy("Reply due"))

    class Meta(Table.Meta):
        model = Idea
        fields = ("title", "campaign", "state", "handed_in_at", "reply_due")


class IdeaFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=IdeaState.choices
    )
    late = django_filters.BooleanFilter(
        label=gettext_lazy("Answer is late"), method="only_late"
    )

    class Meta:
        model = Idea
        fields = ("state",)

    def only_late(
        self, rows: QuerySet[Idea], _name: str, value: object
    ) -> QuerySet[Idea]:
        late = {"answered_at": None, "reply_due__lt": localdate()}
        return rows.filter(**late) if value else rows.exclude(**late)


class Ideas(WorkList):
    """Those that the person weighs or handed in."""

    title = gettext_lazy("Ideas")
    permission = "innovation.read"
    table_class = IdeaTable
    filterset_class = IdeaFilter
    export_name = "ideas"
    list_url = "innovation:ideas"

    def rows(self, actor: Actor) -> QuerySet[Idea]:
        return queries.ideas(actor)


@require_http_methods(METHODS)
def campaign_new(request: Request) -> HttpResponse:
    """Ask the staff a question, by criteria and with a form of its own."""
    actor = request.actor
    managers_only(actor)
    form = CampaignForm(
        actor, request.POST or None, initial={"opens_on": localdate(), "weight_1": 1}
    )
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.open_campaign(actor=actor, at=now(), **form.said())
        except Refusal as refused:
            refusal = refused
        else:
            return redirect("innovation:campaign", public_id=made.public_id)
    return render(
        request,
        "web/innovation/campaign_new.html",
        {
            "title": _("New idea campaign"),
            "breadcrumb": [up("campaigns")],
            "form": form,
            "refusal": refusal,
        },
        status=refusal.status if refusal else 422 if form.errors else 200,
    )


@never_cache
@require_http_methods(METHODS)
def campaign(request: Request, public_id: str) -> HttpResponse:
    """A campaign: its link, who weighs, which ideas wait."""
    actor = request.actor
    opened = queries.opened_campaign(actor, public_id)
    row = opened.row
    form = ReviewerForm(sent(request, "reviewer"))
    refusal: Refusal | None = None
    if request.method == "POST":
        said: dict[str, Any] = {"actor": actor, "at": now()}
        seen = said | {
            "campaign_id": row.pk,
            "version": row_number(request.POST.get("version")),
        }
        refusal = acted(
            request,
            {
                "close": lambda: actions.close_campaign(**seen),
                "renew": lambda: actions.renew_link(**seen),
                "reviewer": lambda: actions.name_reviewer(
                    campaign_id=row.pk, **said, **cleaned(form)
                ),
                "release": lambda: actions.release_reviewer(
                    reviewer_id=row_number(request.POST.get("reviewer")) or 0, **said
                ),
            },
        )
        if refusal is None:
            return redirect("innovation:campaign", public_id=public_id)
    today = localdate()
    return render(
        request,
        "web/innovation/campaign.html",
        {
            "title": row.title,
            "breadcrumb": [up("campaigns")],
            "opened": opened,
            "row": row,
            "open": row.takes_on(today),
            "today": today,
            "link": request.build_absolute_uri(
                reverse("portal:idea_new", args=[row.token])
            ),
            "form": form,
            "tones": TONES,
            "refusal": refusal,
        },
        status=refusal.status if refusal else 200,
    )


@never_cache
@require_http_methods(METHODS)
def hand_in(request: Request, public_id: str) -> HttpResponse:
    """Hand in an idea under the name of the own account."""
    actor = request.actor
    row = queries.campaign(actor, public_id)
    form = IdeaForm(row, request.POST or None)
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = actions.hand_in(
                token=row.token,
                key=said["key"],
                title=said["title"],
                text=said["text"],
                answers={code: said[code] for code in form.asked},
                author=actor,
                at=now(),
            )
        except Invalid as invalid:
            refusal = invalid
            if any(problem.field == "key" for problem in invalid.problems):
                again = request.POST.copy()
                again["key"] = IdeaForm(row).initial["key"]
                form = IdeaForm(row, again)
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, _("Thank you. You see here how it fares."))
            return redirect("innovation:idea", public_id=made.public_id)
    return render(
        request,
        "web/form.html",
        {
            "title": row.question,
            "breadcrumb": [up("campaigns")],
            "form": form,
            "refusal": refusal,
            "submit": _("Hand in the idea"),
            "back": reverse("innovation:campaign", args=[public_id]),
        },
        status=refusal.status if refusal else 422 if form.errors else 200,
    )


@never_cache
@require_http_methods(METHODS)
def idea(request: Request, public_id: str) -> HttpResponse:
    """An idea: what it says, what it is like, how it was weighed, what is answered."""
    actor = request.actor
    opened = queries.opened_idea(actor, public_id)
    row = opened.row
    forms = _forms(request, opened)
    refusal: Refusal | None = None
    if request.method == "POST":
        refusal = acted(request, _acts(request, opened, forms))
        if refusal is None:
            return redirect("innovation:idea", public_id=public_id)
    labels = {one.value: one.label for one in opened.steps}
    return render(
        request,
        "web/innovation/idea.html",
        {
            "title": row.title,
            "breadcrumb": [up("ideas")],
            "opened": opened,
            "row": row,
            "fate": opened.followed.fate,
            "author": queries.author_of(row),
            "tones": TONES,
            "tone": TONES[row.state],
            "late": row.answered_at is None and row.reply_due < localdate(),
            "alike": [(round(100 * one.probability), one) for one in opened.alike],
            "steps": [
                (one, labels[one.step], act_of(request) == f"step-{one.step}")
                for one in forms["steps"]
            ],
            "forms": forms,
            "refusal": refusal,
        },
        status=refusal.status if refusal else 200,
    )


def _forms(request: Request, opened: OpenedIdea) -> dict[str, Any]:
    row = opened.row
    return {
        "score": ScoreForm(row.campaign.criteria, sent(request, "score")),
        "reward": RewardForm(sent(request, "reward")),
        "steps": [
            StepForm(
                step,
                opened.others,
                opened.initiatives,
                sent(request, f"step-{step}"),
            )
            for step in opened.steps
        ],
    }


def _acts(
    request: Request, opened: OpenedIdea, forms: dict[str, Any]
) -> dict[str, Callable[[], object]]:
    row = opened.row
    said: dict[str, Any] = {"actor": request.actor, "idea_id": row.pk, "at": now()}
    version = row_number(request.POST.get("version"))

    def step(form: Form) -> Callable[[], object]:
        return lambda: actions.step_idea(
            act=form.step,  # type: ignore[attr-defined]
            version=version,
            **said,
            **cleaned(form),
        )

    def score() -> object:
        given = cleaned(forms["score"])
        codes = forms["score"].codes
        return actions.score_idea(
            scores={code: given[code] for code in codes},
            comment=given["comment"],
            no_part=given["no_part"],
            **said,
        )

    return {
        "score": score,
        "reward": lambda: actions.note_reward(**said, **cleaned(forms["reward"])),
        **{f"step-{one.step}": step(one) for one in forms["steps"]},
    }
