"""One page for every act with money: what it is about, its form, its refusal."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now

from opensti.kernel.access import require
from opensti.kernel.refusals import Invalid, Refusal, Stale, StepNotAllowed
from opensti.ui.pages import Crumb
from opensti.web.contracts.tabs import crumbs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from django.http import HttpResponse

    from opensti.domains.contracts.models import Contract
    from opensti.kernel.refusals import Text
    from opensti.web.contracts.money.forms import ActForm
    from opensti.web.requests import Request


@dataclass(frozen=True, kw_only=True)
class MoneyAct:
    """An act with its form: ``do`` receives what was typed and calls one action."""

    permission: str
    title: Text
    submit: Text
    done: Text
    form: type[ActForm]
    do: Callable[[Mapping[str, Any]], object]
    lead: Text = ""
    facts: Sequence[tuple[Text, Text]] = ()
    initial: Mapping[str, Any] = field(default_factory=dict)
    kind: str = "primary"


def doing(
    request: Request,
    action: Callable[..., object],
    *,
    versioned: bool = True,
    **of: int,
) -> Callable[[Mapping[str, Any]], object]:
    """The action done with what was typed: a form's fields are named as it names them.

    ``of`` is the id of what it is about. What is only taken back has no version to be stale.
    """

    def do(said: Mapping[str, Any]) -> object:
        given = {k: v for k, v in said.items() if versioned or k != "version"}
        return action(actor=request.actor, at=now(), **of, **given)

    return do


def money_url(contract: Contract) -> str:
    return reverse("contracts:money", args=[contract.public_id])


def show_act(
    request: Request, contract: Contract, act: MoneyAct, *, back: str = ""
) -> HttpResponse:
    """Show the form of an act, or do it; a refusal is shown with all that was typed."""
    require(request.actor, act.permission, contract)
    back = back or money_url(contract)
    refusal: Refusal | None = None
    status = 200
    form = act.form(
        request.POST or None,
        request.FILES or None,
        initial={"version": contract.version, **act.initial},
    )
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                act.do(form.cleaned_data)
            except Invalid as refused:
                form.show(refused)
            except (Stale, StepNotAllowed) as refused:
                refusal, status = refused, refused.status
            else:
                messages.success(request, str(act.done))
                return redirect(back)
    return render(
        request,
        "web/contracts/money/act.html",
        {
            "title": act.title,
            "lead": act.lead,
            "breadcrumb": crumbs(contract, Crumb(act.title)),
            "facts": act.facts,
            "form": form,
            "submit": act.submit,
            "kind": act.kind,
            "refusal": refusal,
            "back": back,
        },
        status=status,
    )
