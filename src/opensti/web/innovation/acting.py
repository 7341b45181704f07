"""What the pages of innovation work share: crumbs, typed words, one act of several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from opensti.domains.innovation import queries
from opensti.domains.registry.queries import organisation_names
from opensti.kernel.access import require
from opensti.kernel.identifiers import row_number
from opensti.kernel.refusals import AccessDenied, Invalid, NotFound, Problem, Refusal
from opensti.ui.pages import Crumb

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.forms import Form
    from django.http import HttpResponse

    from opensti.kernel.access import Actor
    from opensti.web.requests import Request

METHODS = ["GET", "HEAD", "POST"]


def act_of(request: Request) -> str:
    """Which act was sent, with the number of its row (``"tell-12"``); nothing of a GET."""
    return str(request.POST.get("act", "")) if request.method == "POST" else ""


def sent(request: Request, act: str) -> Any:
    """What was typed, for the form of the act that was sent; None for all others."""
    return request.POST if act_of(request) == act else None


def acted(request: Request, acts: Mapping[str, Callable[[], object]]) -> Refusal | None:
    """Do the act that was sent; the refusal, for the page to show beside what was typed."""
    act = act_of(request)
    if act not in acts:
        raise NotFound
    try:
        acts[act]()
    except Refusal as refused:
        return refused
    messages.success(request, _("Done."))
    return None


def cleaned(form: Form) -> dict[str, Any]:
    """What was typed; ``Invalid`` with everything that is wrong."""
    if not form.is_valid():
        raise Invalid(
            [
                Problem(field=name, message=str(errors[0]))
                for name, errors in form.errors.items()
            ]
        )
    return dict(form.cleaned_data)


def managers_only(actor: Actor) -> None:
    require(actor, "innovation.read")
    if not actor.manages:
        raise AccessDenied(
            _("You manage no organisation."), who=_("a manager of an organisation")
        )


def up(name: str = "board") -> Crumb:
    words = {
        "board": _("Innovation board"),
        "campaigns": _("Idea campaigns"),
        "ideas": _("Ideas"),
        "signals": _("Signals"),
        "audits": _("Internal audits of innovation"),
        "reviews": _("Management reviews of innovation"),
    }
    return Crumb(words[name], reverse(f"innovation:{name}"))


def chosen_organisation(request: Request) -> tuple[list[tuple[int, str]], int | None]:
    """The organisations whose work the person knows, and the one that was asked for.

    Raises ``NotFound`` where another was asked for; None where the person knows of none.
    """
    names = organisation_names(queries.own_organisations(request.actor))
    asked = row_number(request.GET.get("organisation"))
    if asked is not None and asked not in names:
        raise NotFound
    ordered = sorted(names.items(), key=lambda pair: pair[1])
    return ordered, asked or (ordered[0][0] if ordered else None)


def nothing(request: Request, title: str) -> HttpResponse:
    """The page of somebody who neither acts for an organisation nor advises one."""
    return render(
        request, "web/innovation/nothing.html", {"title": title, "breadcrumb": [up()]}
    )
