"""Stocktakes, what they judged and decided, and what of it is still to be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from opensti.domains.strategies import permissions as _permissions  # noqa: F401
from opensti.domains.strategies.choices import StocktakeState
from opensti.domains.strategies.models import (
    Judgement,
    Stocktake,
    StocktakeDecision,
)
from opensti.domains.strategies.queries.scorecard import (
    Revision,
    Scorecard,
    from_plain,
    revisions,
    scorecard,
)
from opensti.kernel.access import Role, get_visible, visible
from opensti.kernel.bilingual import Words
from opensti.kernel.work import WorkItem

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.db.models import QuerySet

    from opensti.domains.strategies.models import Plan
    from opensti.kernel.access import Actor

SHOWN = 50


def stocktake_subject(public_id: str) -> str:
    return f"strategies.stocktake:{public_id}"


def stocktakes(actor: Actor, *, plan: Plan | None = None) -> QuerySet[Stocktake]:
    """Stocktakes, latest first, with what was decided and what is still open."""
    rows = visible(actor, Stocktake.objects.select_related("plan"))
    if plan is not None:
        rows = rows.filter(plan=plan)
    return rows.defer("scorecard", "minutes").annotate(
        decided=Count("decisions"),
        undone=Count("decisions", filter=Q(decisions__done_on=None)),
    )


def stocktake(actor: Actor, public_id: str) -> Stocktake:
    return get_visible(
        actor, Stocktake.objects.select_related("plan"), public_id=public_id
    )


@dataclass(frozen=True, kw_only=True)
class StocktakeView:
    """A stocktake with its scorecard (kept, or of today while it is a draft).

    ``revised`` are values that changed since it was held.
    """

    stocktake: Stocktake
    card: Scorecard
    judgements: dict[int, Judgement]
    decisions: list[StocktakeDecision]
    revised: list[Revision]


def stocktake_view(actor: Actor, public_id: str, *, as_of: datetime) -> StocktakeView:
    """All of one stocktake; 6 queries."""
    found = stocktake(actor, public_id)
    live = scorecard(actor, found.plan, as_of=as_of)
    held = from_plain(found.scorecard) if found.scorecard else None
    return StocktakeView(
        stocktake=found,
        card=held or live,
        judgements={
            j.target_id: j
            for j in visible(actor, Judgement.objects.filter(stocktake=found))
        },
        decisions=list(
            visible(actor, StocktakeDecision.objects.filter(stocktake=found))
            .select_related("owner", "target__indicator")
            .order_by("due_on", "pk")
        ),
        revised=revisions(held, live) if held else [],
    )


def last_held(actor: Actor, plan: Plan) -> Stocktake | None:
    """The newest held stocktake of a plan, as far as one may know of it; 1 query."""
    rows = Stocktake.objects.filter(plan=plan, state=StocktakeState.HELD)
    return visible(actor, rows).order_by("-held_on", "-pk").first()


def stocktake_decision(actor: Actor, decision_id: int) -> StocktakeDecision:
    rows = StocktakeDecision.objects.select_related("stocktake__plan", "owner")
    return get_visible(actor, rows, pk=decision_id)


def stocktakes_work(actor: Actor, today: date) -> list[WorkItem]:
    """Decisions to be carried out: those of one's own agencies, and the overdue for the office.

    1 query.
    """
    office = actor.has(Role.OFFICER, Role.LEADER)
    if not office and not actor.manages:
        return []
    asked = Q(owner_id__in=actor.manages)
    if office:
        asked |= Q(due_on__lt=today)
    rows = (
        StocktakeDecision.objects.filter(
            asked, done_on=None, stocktake__state=StocktakeState.HELD
        )
        .select_related("stocktake")
        .order_by("due_on", "pk")
    )
    return [
        WorkItem(
            kind="stocktakes.decision",
            title=_("Carry out a decision of a stocktake"),
            about=Words(each.text, each.text),
            url_name="strategies:stocktake_decision",
            url_args=(each.pk,),
            subject=stocktake_subject(each.stocktake.public_id),
            due_on=each.due_on,
            overdue=each.due_on < today,
        )
        for each in visible(actor, rows)[:SHOWN]
    ]
