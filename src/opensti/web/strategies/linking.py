"""Set the goal that things serve: one on its own page, many after a look at each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from opensti.domains.results import actions as results_actions
from opensti.domains.results import queries as results
from opensti.domains.tasks import actions as tasks_actions
from opensti.domains.tasks import queries as tasks
from opensti.kernel.access import require
from opensti.kernel.identifiers import row_number
from opensti.kernel.refusals import Invalid, NotFound, Stale
from opensti.ui.pages import BulkRow, Crumb
from opensti.web.goals import GoalField
from opensti.web.results.posting import posted

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from opensti.domains.strategies.models import Goal
    from opensti.kernel.refusals import Refusal, Text
    from opensti.web.requests import Request

MOST_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class Thing:
    """Something that serves a goal: how it is found, named and linked."""

    label: Text
    find: Callable[..., Any]
    page: str
    permission: str
    link: Callable[..., Any]
    link_many: Callable[..., Any]

    def url(self, public_id: str) -> str:
        return reverse(self.page, args=[public_id])


_TASKS: dict[str, Any] = {
    "permission": "tasks.link_goal",
    "link": tasks_actions.link_goal,
    "link_many": tasks_actions.link_goals_in_bulk,
}
_RESULTS: dict[str, Any] = {
    "permission": "results.link_goal",
    "link": results_actions.link_goal,
    "link_many": results_actions.link_goals_in_bulk,
}
THINGS: dict[str, Thing] = {
    "need": Thing(
        label=gettext_lazy("Need"), find=tasks.need, page="tasks:need", **_TASKS
    ),
    "order": Thing(
        label=gettext_lazy("Order"), find=tasks.order, page="tasks:order", **_TASKS
    ),
    "task": Thing(
        label=gettext_lazy("Task"), find=tasks.task, page="tasks:task", **_TASKS
    ),
    "result": Thing(
        label=gettext_lazy("Result"),
        find=results.result,
        page="results:result",
        **_RESULTS,
    ),
    "uptake": Thing(
        label=gettext_lazy("Uptake"),
        find=results.uptake_year,
        page="results:uptake_year",
        **_RESULTS,
    ),
}


class LinkForm(forms.Form):
    goal = GoalField()
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text=gettext_lazy("Why it serves this goal; the record keeps it."),
    )

    def __init__(
        self,
        *args: Any,
        standing: Goal | None = None,
        choices: Any = None,
        **kwargs: Any,
    ) -> None:
        """``choices`` of another such form on the page spare asking again."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["goal"]
        if choices is None:
            field.offer(standing)
        else:
            field.repeat(choices)


def thing_of(name: str) -> Thing:
    if name not in THINGS:
        raise NotFound
    return THINGS[name]


@require_http_methods(["GET", "HEAD", "POST"])
def link_one(request: Request, thing: str, public_id: str) -> HttpResponse:
    """Say which goal one thing serves, with the reason."""
    kind = thing_of(thing)
    row = kind.find(request.actor, public_id)
    require(request.actor, kind.permission, row)
    form = LinkForm(
        request.POST if request.method == "POST" else None,
        initial={"goal": row.goal.public_id if row.goal else ""},
        standing=row.goal,
    )
    outcome = posted(
        request,
        form,
        lambda data: kind.link(
            actor=request.actor, thing=thing, thing_id=row.pk, at=now(), **data
        ),
    )
    if outcome.done:
        messages.success(request, _("The goal is set."))
        return redirect(kind.url(public_id))
    return render(
        request,
        "web/strategies/link_goal.html",
        {
            "title": _("Set the goal it serves"),
            "breadcrumb": [
                Crumb(str(kind.label), kind.url(public_id)),
                Crumb(_("Set the goal")),
            ],
            "row": row,
            "kind": kind.label,
            "form": form,
            "refusal": outcome.refusal,
            "back": kind.url(public_id),
        },
        status=outcome.status,
    )


@require_POST
def link_many(request: Request, thing: str) -> HttpResponse:
    """Link the chosen things to one goal: first what would happen, then all of it."""
    kind = thing_of(thing)
    ids = [pk for text in request.POST.getlist("ids") if (pk := row_number(text))]
    said = {
        "actor": request.actor,
        "thing": thing,
        "thing_ids": ids[:MOST_AT_ONCE],
        "at": now(),
    }
    form = LinkForm(request.POST)
    refusal: Refusal | None = None
    lines: list[Any] = []
    # Whoever may not is told so, also when the form is wrong.
    require(request.actor, kind.permission)
    if form.is_valid():
        try:
            if request.POST.get("confirmed") == "1":
                done = kind.link_many(**said, **form.cleaned_data, dry_run=False)
                messages.success(
                    request,
                    _("%(count)d entries serve the goal now.") % {"count": len(done)},
                )
                return redirect("strategies:gaps")
            lines = kind.link_many(**said, **form.cleaned_data, dry_run=True)
        except (Invalid, Stale) as error:
            refusal = error
    possible = [line for line in lines if line.refusal is None]
    wrong = bool(form.errors) or refusal is not None
    return render(
        request,
        "web/strategies/link_goals.html",
        {
            "title": _("Set the goal: what would happen"),
            "breadcrumb": [
                Crumb(_("What serves no goal"), reverse("strategies:gaps")),
                Crumb(_("Set the goal")),
            ],
            "rows": [
                BulkRow(
                    label=_label(line.thing),
                    text=_("serves the goal"),
                    url=kind.url(line.thing.public_id),
                    refusal=line.refusal,
                )
                for line in lines
            ],
            "possible": len(possible),
            "refused": len(lines) - len(possible),
            "ids": [line.thing.pk for line in possible] if lines else ids,
            "form": form,
            "refusal": refusal,
            "again": wrong or not lines,
            "confirm_url": request.path,
            "back_url": reverse("strategies:gaps"),
            "act_label": _("Set the goal"),
        },
        status=(refusal.status if refusal else 422) if wrong else 200,
    )


def _label(row: Any) -> str:
    title = getattr(row, "title", "") or ""
    return title or _("(no title)")
