"""An expert's own pages: when he is away, how much he takes, what he would judge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from opensti.domains.panels import actions, queries
from opensti.domains.panels.choices import Wish
from opensti.domains.registry.queries import person_names
from opensti.kernel.access import Role, require
from opensti.kernel.refusals import NotFound, Refusal
from opensti.ui.pages import Crumb
from opensti.web.panels import asking
from opensti.web.panels.councils import _by_field, crumbs

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.kernel.access import Actor
    from opensti.web.requests import Request


def _person(request: Request) -> int:
    """Whose time: one's own, or (an officer) that of the expert who is named."""
    actor: Actor = request.actor
    sent = request.POST if request.method == "POST" else request.GET
    named = asking.whole(sent.get("person"))
    person_id = named or actor.person_id
    if person_id is None:
        raise NotFound
    require(actor, "panels.set_availability", person_id)
    return person_id


def _nobody(request: Request) -> HttpResponse:
    """An expert whom the registry does not know yet has no time to plan with."""
    title = _("My time and wishes")
    return render(
        request,
        "web/panels/availability.html",
        {"title": title, "breadcrumb": [Crumb(title)], "nobody": True},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def availability(request: Request) -> HttpResponse:
    """Days of absence and how many councils one takes; whoever plans councils sees it."""
    actor = request.actor
    if actor.has(Role.EXPERT) and actor.person_id is None:
        return _nobody(request)
    person_id = _person(request)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            said = _act(request, person_id)
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, said)
            url = reverse("panels:availability")
            own = person_id == actor.person_id
            return redirect(url if own else f"{url}?person={person_id}")
    name = person_names([person_id]).get(person_id)
    if name is None:
        raise NotFound
    today = localdate(now())
    own = person_id == actor.person_id
    return render(
        request,
        "web/panels/availability.html",
        {
            "title": _("My time and wishes")
            if own
            else _("Time of %(name)s") % {"name": name},
            "breadcrumb": [Crumb(_("My time and wishes"))]
            if own
            else crumbs(Crumb(name)),
            "person_id": person_id,
            "own": own,
            "absences": queries.absences_of(actor, person_id, on=today),
            "load": queries.load_of(actor, person_id),
            "wishes": len(queries.items_to_wish(actor, on=today)) if own else 0,
            "refusal": refusal,
            "problems": _by_field(refusal),
            "typed": request.POST if refusal else {},
        },
        status=refusal.status if refusal else 200,
    )


def _act(request: Request, person_id: int) -> str:
    sent, actor = request.POST, request.actor
    act = sent.get("act")
    if act == "away":
        actions.set_unavailable(
            actor=actor,
            person_id=person_id,
            since=asking.day(sent.get("since")),
            last=asking.day(sent.get("last")),
            reason=sent.get("reason", ""),
            at=now(),
        )
        return _("The days are noted.")
    if act == "back":
        actions.drop_unavailable(
            actor=actor,
            unavailability_id=asking.whole(sent.get("absence")) or 0,
            at=now(),
        )
        return _("The days are free again.")
    if act == "load":
        actions.set_load(
            actor=actor,
            person_id=person_id,
            least=asking.whole(sent.get("least")) or 0,
            most=asking.whole(sent.get("most")),
            most_per_year=asking.whole(sent.get("most_per_year")),
            at=now(),
        )
        return _("How much may be asked is noted.")
    raise NotFound


@require_http_methods(["GET", "HEAD", "POST"])
def wishes(request: Request) -> HttpResponse:
    """Titles on which wishes are asked; none of a case one is in conflict with."""
    actor = request.actor
    require(actor, "panels.bid")
    today = localdate(now())
    if request.method == "POST":
        changed = actions.bid(
            actor=actor,
            formation_id=asking.whole(request.POST.get("formation")) or 0,
            wishes=asking.by_item(request.POST, "wish"),
            at=now(),
        )
        messages.success(
            request,
            _("Your wishes are kept: %(n)d changed.") % {"n": changed},
        )
        return redirect("panels:wishes")
    said = queries.wishes_of(actor)
    groups: dict[int, dict[str, Any]] = {}
    for item in queries.items_to_wish(actor, on=today):
        group = groups.setdefault(
            item.formation_id, {"formation": item.formation, "rows": []}
        )
        group["rows"].append(
            {
                "item": item,
                "thing": item.dossier or item.order,
                "wish": said.get(item.pk, ""),
            }
        )
    return render(
        request,
        "web/panels/wishes.html",
        {
            "title": _("What I would judge"),
            "breadcrumb": [
                Crumb(_("My time and wishes"), reverse("panels:availability")),
                Crumb(_("What I would judge")),
            ],
            "groups": list(groups.values()),
            "wishes": Wish.choices,
        },
    )
