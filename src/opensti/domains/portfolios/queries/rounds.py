"""Rounds and their decisions, as far as a person may know of them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Q, Sum
from django.utils.timezone import localtime

from opensti.domains.portfolios.choices import RoundState, Ruling
from opensti.domains.portfolios.models import Decision, Round
from opensti.domains.portfolios.permissions import (
    PREPARING,
    closed_decisions,
    whole_rounds,
    with_a_stake,
)
from opensti.domains.procedures.queries import one_winner
from opensti.kernel.access import PUBLIC, STAFF, SYSTEM, Role, get_visible, visible
from opensti.kernel.refusals import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet
    from django.db.models.expressions import OrderBy

    from opensti.domains.calls.models import Dossier
    from opensti.domains.procedures.regimes.format import ApprovalRule
    from opensti.kernel.access import Actor

READERS = STAFF | {Role.AUDITOR}


def by_order(prefix: str = "") -> tuple[OrderBy | str, ...]:
    """Decisions as their dossiers compete: the best of each order first, and so on.

    Those that answer no order come last. ``prefix`` leads to the decision.
    """
    order = F(f"{prefix}dossier__order__code").asc(nulls_last=True)
    return order, f"{prefix}rank", f"{prefix}pk"


def free_of_stake(actor: Actor, dossiers: QuerySet[Dossier]) -> QuerySet[Dossier]:
    """Leave out the dossiers in which a person has a stake."""
    mine = with_a_stake(actor, dossiers.model._default_manager.all(), "")
    return dossiers.exclude(pk__in=mine.values("pk"))


def rounds(actor: Actor) -> QuerySet[Round]:
    """Rounds the person may know of; only dossiers he may know of are counted."""
    known = Q(decisions__in=visible(actor, Decision.objects.all()).order_by())
    approved = known & Q(decisions__ruling=Ruling.APPROVE)
    return visible(
        actor,
        Round.objects.select_related("call", "decided_by")
        .annotate(
            dossiers=Count("decisions", filter=known, distinct=True),
            approvals=Count("decisions", filter=approved, distinct=True),
        )
        .order_by("-created_at", "-pk"),
    )


def round_page(actor: Actor, public_id: str) -> Round:
    return get_visible(
        actor,
        Round.objects.select_related(
            "call__regime_version", "decided_by", "proposed_by"
        ).defer("call__regime_version__content", "call__regime_version__answers"),
        public_id=public_id,
    )


def knows_round(actor: Actor, round_: Round) -> bool:
    """May this person read the working paper in which a decision stands?"""
    return visible(actor, Round.objects.filter(pk=round_.pk)).exists()


def knows_whole_round(actor: Actor, round_: Round) -> bool:
    """Is nothing of a round hidden from this person? Ranks, sums and papers ask; 1 query."""
    return actor is SYSTEM or (
        actor.has(*PREPARING)
        and Round.objects.filter(whole_rounds(actor), pk=round_.pk).exists()
    )


def whole_rounds_of(actor: Actor) -> QuerySet[Round]:
    """Rounds of which nothing is hidden from the person."""
    return rounds(actor).filter(whole_rounds(actor))


def whole_round(actor: Actor, public_id: str) -> Round:
    """A round of which nothing is hidden from the person, for its official papers."""
    round_ = round_page(actor, public_id)
    if not knows_whole_round(actor, round_):
        raise NotFound
    return round_


def decisions(actor: Actor) -> QuerySet[Decision]:
    """Decisions with what a list shows; the number of queries is that of one list."""
    return visible(
        actor,
        Decision.objects.select_related(
            "round",
            "round__call",
            "dossier",
            "dossier__host",
            "dossier__order",
            "dossier__leader",
            "task",
        )
        .defer(  # what no list shows, and what sorting would carry along
            "dossier__answers",
            "dossier__typed",
            "dossier__touched",
            "dossier__abstract_vi",
            "dossier__abstract_en",
            "dossier__search_text",
            "dossier__order__objectives_vi",
            "dossier__order__objectives_en",
            "dossier__order__search_text",
            "round__proposal",
            "round__call__description_vi",
            "round__call__description_en",
            "task__abstract_vi",
            "task__abstract_en",
            "task__search_text",
        )
        .order_by(*by_order()),
    )


def decisions_of(actor: Actor, round_: Round) -> QuerySet[Decision]:
    return decisions(actor).filter(round=round_).select_related("dossier__case")


@dataclass(frozen=True, kw_only=True)
class OrderDecisions:
    """The decisions of a round on the dossiers that compete for one order.

    ``order`` is none for dossiers that answer no order; ``one_winner`` is the rule by
    which only one of them can be approved.
    """

    order: Any
    decisions: Sequence[Decision]
    one_winner: ApprovalRule | None


def competing(rows: Iterable[Decision]) -> list[OrderDecisions]:
    """What ``decisions_of`` a round gave, order by order; no query."""
    return [
        OrderDecisions(
            order=order,
            decisions=(first, *rest),
            one_winner=order and one_winner(first.dossier.case),
        )
        for order, (first, *rest) in groupby(rows, key=lambda d: d.dossier.order)
    ]


def decision(actor: Actor, public_id: str) -> Decision:
    return get_visible(
        actor,
        Decision.objects.select_related(
            "round",
            "round__call__regime_version",
            "dossier",
            "dossier__host",
            "dossier__order",
            "dossier__leader",
            "task",
        ).defer(
            "round__call__regime_version__content",
            "round__call__regime_version__answers",
        ),
        public_id=public_id,
    )


@dataclass(frozen=True, kw_only=True)
class Funded:
    """An approval that took effect: what a contract is made of. ``amount`` in whole đồng."""

    dossier_id: int
    task_id: int
    amount: Decimal | None
    months: int | None
    decision_number: str
    decided_at: datetime


def funded(
    *, round_id: int | None = None, dossier_id: int | None = None
) -> list[Funded]:
    """Approvals whose letters are out, of a round or of a dossier; 1 query.

    The caller has decided who may know.
    """
    rows = Decision.objects.filter(
        ruling=Ruling.APPROVE, round__state=RoundState.RELEASED, task__isnull=False
    )
    if round_id is not None:
        rows = rows.filter(round_id=round_id)
    if dossier_id is not None:
        rows = rows.filter(dossier_id=dossier_id)
    return [
        Funded(
            dossier_id=row.dossier_id,
            task_id=row.task_id,
            amount=row.amount,
            months=row.months,
            decision_number=row.round.decision_number,
            decided_at=row.round.decided_at,
        )
        for row in rows.select_related("round").order_by("pk")
        if row.task_id is not None and row.round.decided_at is not None
    ]


def funded_ids() -> Any:
    """Ids of the dossiers that were funded and whose letters are out, as a subquery."""
    return (
        Decision.objects.filter(
            ruling=Ruling.APPROVE,
            round__state=RoundState.RELEASED,
            task__isnull=False,
        )
        .order_by()
        .values("dossier_id")
    )


@dataclass(frozen=True, kw_only=True)
class PublicTotals:
    """What was approved, for the public: number and whole đồng."""

    decisions: int
    amount: Decimal
    by_year: Mapping[int, tuple[int, Decimal]]


def public_totals() -> PublicTotals:
    """Count approvals and sum their money, by year of release; 1 query."""
    # By round first: the year of a moment is worked out here, not for every decision.
    rounds = (
        visible(PUBLIC, Decision.objects.all())
        .values("round__released_at")
        .annotate(number=Count("pk"), money=Sum("amount"))
        .order_by("round__released_at")
    )
    by_year: dict[int, tuple[int, Decimal]] = {}
    for row in rounds:
        year = localtime(row["round__released_at"]).year
        number, money = by_year.get(year, (0, 0))
        by_year[year] = number + row["number"], money + row["money"]
    return PublicTotals(
        decisions=sum(number for number, _money in by_year.values()),
        amount=sum((money for _number, money in by_year.values()), start=Decimal()),
        by_year=by_year,
    )


def dossiers_decided() -> Any:
    """Ids of the dossiers whose decision, whichever, was released; a subquery."""
    rows = Decision.objects.filter(round__state=RoundState.RELEASED)
    rows = rows.exclude(pk__in=closed_decisions().values("pk"))
    return rows.order_by().values("dossier_id")


def decision_of_task(task_id: int) -> Decision | None:
    """The released approval that a task came of, as everybody reads it; 1 query."""
    return decisions(PUBLIC).filter(task_id=task_id).first()
