"""Forms of stocktakes: drafted, judged, decided on, held; decisions carried out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from opensti.domains.registry.queries import organisations
from opensti.domains.strategies import actions, queries
from opensti.domains.strategies.choices import Likelihood
from opensti.kernel.access import may, require
from opensti.kernel.refusals import NotFound
from opensti.ui.pages import Crumb
from opensti.web.results.acting import act_page
from opensti.web.results.fields import Telling, day_field
from opensti.web.results.rights_forms import NamedChoice
from opensti.web.strategies.stocktakes import crumbs

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.domains.strategies.models import Stocktake
    from opensti.kernel.access import Actor
    from opensti.web.requests import Request

METHODS = ["GET", "HEAD", "POST"]


class StocktakeForm(Telling):
    title_vi = forms.CharField(label=gettext_lazy("Title (Vietnamese)"), max_length=300)
    title_en = forms.CharField(
        label=gettext_lazy("Title (English)"), max_length=300, required=False
    )
    held_on = day_field(gettext_lazy("Day of the meeting"), required=True)


class StocktakeChange(StocktakeForm):
    minutes = forms.CharField(
        label=gettext_lazy("Minutes"),
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=50_000,
        required=False,
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class HoldForm(Telling):
    minutes = forms.CharField(
        label=gettext_lazy("Minutes"),
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=50_000,
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class JudgeForm(Telling):
    likelihood = forms.ChoiceField(
        label=gettext_lazy("How likely it is"), choices=Likelihood.choices
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=10_000,
    )


class DecideForm(Telling):
    text = forms.CharField(
        label=gettext_lazy("What is decided"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=10_000,
    )
    owner = NamedChoice(
        label=gettext_lazy("Organisation that does it"), queryset=None, required=False
    )
    owner_name = forms.CharField(
        label=gettext_lazy("Or the name of who does it"), max_length=300, required=False
    )
    due_on = day_field(gettext_lazy("Until"), required=True)
    target = forms.TypedChoiceField(
        label=gettext_lazy("Target it is about"),
        coerce=int,
        empty_value=None,
        required=False,
    )

    def __init__(
        self, actor: Actor, targets: list[tuple[int, str]], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = organisations(actor)  # type: ignore[attr-defined]
        self.fields["target"].choices = [("", _("none")), *targets]  # type: ignore[attr-defined]


class FinishForm(Telling):
    outcome = forms.CharField(
        label=gettext_lazy("What came of it"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=10_000,
    )
    done_on = day_field(gettext_lazy("Carried out on"), required=True)


def _go(stocktake: Stocktake) -> str:
    return reverse("strategies:stocktake", args=[stocktake.public_id])


@require_http_methods(METHODS)
def stocktake_new(request: Request) -> HttpResponse:
    """Draft a stocktake of the plan in the address (``plan``)."""
    actor = request.actor
    require(actor, "strategies.keep_stocktake")
    plan = queries.plan_of_scorecard(actor, request.GET.get("plan", ""))
    form = StocktakeForm(request.POST or None, initial={"held_on": localdate()})

    def act() -> None:
        actions.draft_stocktake(
            actor=actor, plan_id=plan.pk, at=now(), **form.cleaned_data
        )

    return act_page(
        request,
        form,
        act,
        title=_("New stocktake"),
        lead=f"{plan.code} {plan.title}",
        done=_("The stocktake is drafted: judge its targets and note what is decided."),
        go=reverse("strategies:stocktakes"),
        breadcrumb=[
            Crumb(_("Stocktakes of targets"), reverse("strategies:stocktakes")),
            Crumb(_("New")),
        ],
        submit=_("Draft the stocktake"),
    )


@require_http_methods(METHODS)
def stocktake_edit(request: Request, public_id: str) -> HttpResponse:
    actor = request.actor
    found = queries.stocktake(actor, public_id)
    require(actor, "strategies.keep_stocktake", found)
    start = {
        n: getattr(found, n)
        for n in ("title_vi", "title_en", "held_on", "minutes", "version")
    }
    form = StocktakeChange(request.POST or None, initial=start)

    def act() -> None:
        actions.change_stocktake(
            actor=actor, stocktake_id=found.pk, at=now(), **form.cleaned_data
        )

    return act_page(
        request,
        form,
        act,
        title=_("Change the stocktake"),
        done=_("The stocktake is changed."),
        go=_go(found),
        breadcrumb=crumbs(found, Crumb(_("Change"))),
        submit=_("Save"),
    )


@require_http_methods(METHODS)
def stocktake_judge(request: Request, public_id: str, target_id: int) -> HttpResponse:
    """Say how likely one target is to be met; the data's own word stands beside."""
    actor = request.actor
    require(actor, "strategies.keep_stocktake")
    view = queries.stocktake_view(actor, public_id, as_of=now())
    line = next((x for x in view.card.lines if x.target == target_id), None)
    if line is None:
        raise NotFound
    before = view.judgements.get(target_id)
    start = {"likelihood": before.likelihood, "reason": before.reason} if before else {}
    form = JudgeForm(request.POST or None, initial=start)

    def act() -> None:
        actions.judge_target(
            actor=actor,
            stocktake_id=view.stocktake.pk,
            target_id=target_id,
            at=now(),
            **form.cleaned_data,
        )

    said = [
        f"{line.name}: {queries.wanted_words(line)}.",
        queries.required_words(line),
        queries.likelihood_words(line),
    ]
    return act_page(
        request,
        form,
        act,
        title=_("Judge a target"),
        lead=" ".join(text for text in said if text),
        done=_("The judgement is noted."),
        go=_go(view.stocktake),
        breadcrumb=crumbs(view.stocktake, Crumb(line.code)),
        submit=_("Note the judgement"),
    )


@require_http_methods(METHODS)
def stocktake_decide(request: Request, public_id: str) -> HttpResponse:
    actor = request.actor
    require(actor, "strategies.keep_stocktake")
    view = queries.stocktake_view(actor, public_id, as_of=now())
    targets = [
        (x.target, f"{x.code} {queries.wanted_words(x)}") for x in view.card.lines
    ]
    form = DecideForm(actor, targets, request.POST or None)

    def act() -> None:
        given = form.cleaned_data
        actions.decide_at_stocktake(
            actor=actor,
            stocktake_id=view.stocktake.pk,
            text=given["text"],
            due_on=given["due_on"],
            owner_id=given["owner"].pk if given["owner"] else None,
            owner_name=given["owner_name"],
            target_id=given["target"],
            at=now(),
        )

    return act_page(
        request,
        form,
        act,
        title=_("Note a decision"),
        done=_("The decision is noted."),
        go=_go(view.stocktake),
        breadcrumb=crumbs(view.stocktake, Crumb(_("Decision"))),
        submit=_("Note the decision"),
    )


@require_http_methods(METHODS)
def stocktake_hold(request: Request, public_id: str) -> HttpResponse:
    """Hold the stocktake: its scorecard is kept as it stands."""
    actor = request.actor
    found = queries.stocktake(actor, public_id)
    require(actor, "strategies.hold_stocktake", found)
    start = {"minutes": found.minutes, "version": found.version}
    form = HoldForm(request.POST or None, initial=start)

    def act() -> None:
        actions.hold_stocktake(
            actor=actor, stocktake_id=found.pk, at=now(), **form.cleaned_data
        )

    return act_page(
        request,
        form,
        act,
        title=_("Hold the stocktake"),
        lead=_(
            "The scorecard is kept as it stands now, with its digest. Later revisions of values change nothing in it."
        ),
        done=_("The stocktake is held and its scorecard is kept."),
        go=_go(found),
        breadcrumb=crumbs(found, Crumb(_("Hold"))),
        submit=_("Hold the stocktake"),
    )


@require_http_methods(METHODS)
def stocktake_decision(request: Request, decision_id: int) -> HttpResponse:
    """One decision; who is to do it says when it is carried out."""
    actor = request.actor
    require(actor, "accounts.save_view")
    found = queries.stocktake_decision(actor, decision_id)
    may_finish = (
        found.done_on is None
        and found.stocktake.state == "held"
        and bool(may(actor, "strategies.finish_stocktake_decision", found))
    )
    own = bool(may(actor, "strategies.list_stocktakes"))
    trail = (
        crumbs(found.stocktake, Crumb(_("Decision")))
        if own
        else [Crumb(_("Decision of a stocktake"))]
    )
    context = {
        "decision": found,
        "office": own,
        "overdue": found.done_on is None and found.due_on < localdate(),
    }
    template = "web/strategies/scorecard/decision.html"
    if not may_finish and request.method != "POST":
        return render(
            request,
            template,
            {"title": _("Decision of a stocktake"), "breadcrumb": trail, **context},
        )
    form = FinishForm(request.POST or None, initial={"done_on": localdate()})

    def act() -> None:
        actions.finish_stocktake_decision(
            actor=actor, decision_id=found.pk, at=now(), **form.cleaned_data
        )

    return act_page(
        request,
        form,
        act,
        title=_("Decision of a stocktake"),
        done=_("The decision is carried out."),
        go=reverse("strategies:stocktake_decision", args=[found.pk]),
        breadcrumb=trail,
        submit=_("It is carried out"),
        context=context,
        template=template,
    )


@require_POST
def decision_drop(request: Request, decision_id: int) -> HttpResponse:
    stocktake = actions.drop_stocktake_decision(
        actor=request.actor, decision_id=decision_id, at=now()
    )
    messages.success(request, _("The decision is taken back."))
    return redirect("strategies:stocktake", stocktake.public_id)
