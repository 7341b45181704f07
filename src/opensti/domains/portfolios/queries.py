"""What is before the leader, what was decided, what waits in the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext_lazy as _

from opensti.domains.portfolios.choices import (
    LetterState,
    ObjectionState,
    RoundState,
    Ruling,
)
from opensti.domains.portfolios.models import Decision, Letter, Objection, Round
from opensti.domains.portfolios.permissions import stakes, with_a_stake
from opensti.kernel.access import PUBLIC, STAFF, Role, get_visible, visible
from opensti.kernel.work import WorkItem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal

    from django.db.models import QuerySet

    from opensti.domains.calls.models import Dossier
    from opensti.kernel.access import Actor
    from opensti.kernel.refusals import Text

READERS = STAFF | {Role.AUDITOR}


def free_of_stake(actor: Actor, dossiers: QuerySet[Dossier]) -> QuerySet[Dossier]:
    """Leave out the dossiers in which a person has a stake."""
    mine = with_a_stake(actor, dossiers.model._default_manager.all(), "")
    return dossiers.exclude(pk__in=mine.values("pk"))


def rounds(actor: Actor) -> QuerySet[Round]:
    return visible(
        actor,
        Round.objects.select_related("call", "decided_by")
        .annotate(
            dossiers=Count("decisions", distinct=True),
            approvals=Count(
                "decisions", filter=Q(decisions__ruling=Ruling.APPROVE), distinct=True
            ),
        )
        .order_by("-created_at", "-pk"),
    )


def round_page(actor: Actor, public_id: str) -> Round:
    return get_visible(
        actor,
        Round.objects.select_related("call", "decided_by", "proposed_by"),
        public_id=public_id,
    )


def knows_round(actor: Actor, round_: Round) -> bool:
    """May this person read the working paper in which a decision stands?"""
    return visible(actor, Round.objects.filter(pk=round_.pk)).exists()


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
        .order_by("rank", "pk"),
    )


def decisions_of(actor: Actor, round_: Round) -> QuerySet[Decision]:
    return decisions(actor).filter(round=round_)


def decision(actor: Actor, public_id: str) -> Decision:
    return get_visible(
        actor,
        Decision.objects.select_related(
            "round",
            "round__call",
            "dossier",
            "dossier__host",
            "dossier__order",
            "dossier__leader",
            "task",
        ),
        public_id=public_id,
    )


def letters(actor: Actor) -> QuerySet[Letter]:
    return visible(
        actor,
        Letter.objects.select_related(
            "decision__round", "decision__dossier__host", "recipient", "checked_by"
        ).order_by("decision__round_id", "decision__rank", "pk"),
    )


def letter(actor: Actor, public_id: str) -> Letter:
    return get_visible(
        actor,
        Letter.objects.select_related(
            "decision__round__call",
            "decision__dossier__host",
            "recipient",
            "checked_by",
        ),
        public_id=public_id,
    )


def letters_of(actor: Actor, round_: Round) -> QuerySet[Letter]:
    return letters(actor).filter(decision__round=round_)


def unmailed_letters(round_id: int) -> list[int]:
    """Ids of the released letters of a round that no mail has carried yet."""
    return list(
        Letter.objects.filter(
            decision__round_id=round_id, state=LetterState.RELEASED, mailed_at=None
        )
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def objections(actor: Actor) -> QuerySet[Objection]:
    return visible(
        actor,
        Objection.objects.select_related(
            "decision__dossier__host", "decision__round", "filed_by", "answered_by"
        ).order_by("-filed_at", "-pk"),
    )


def objection(actor: Actor, objection_id: int) -> Objection:
    return get_visible(
        actor,
        Objection.objects.select_related(
            "decision__dossier__host", "decision__round", "filed_by", "answered_by"
        ),
        pk=objection_id,
    )


@dataclass(frozen=True, kw_only=True)
class PublicTotals:
    """What was approved, for the public: number and whole đồng."""

    decisions: int
    amount: Decimal
    by_year: Mapping[int, tuple[int, Decimal]]


def public_totals() -> PublicTotals:
    """Count approvals and sum their money, by year of release; 1 query."""
    rows = (
        visible(PUBLIC, Decision.objects.all())
        .values("round__released_at__year")
        .annotate(number=Count("pk"), money=Sum("amount"))
        .order_by("round__released_at__year")
    )
    by_year = {
        row["round__released_at__year"]: (row["number"], row["money"]) for row in rows
    }
    return PublicTotals(
        decisions=sum(number for number, _money in by_year.values()),
        amount=sum((money for _number, money in by_year.values()), start=0),
        by_year=by_year,
    )


def work_for(actor: Actor, today: date) -> list[WorkItem]:  # noqa: ARG001 -- one signature everywhere
    """What waits for this person in rounds and objections; at most 3 queries."""
    items: list[WorkItem] = []
    if actor.has(Role.LEADER):
        items += [
            _line("portfolios.decide", _("decide the round"), round_)
            for round_ in rounds(actor).filter(state=RoundState.PROPOSED)[:50]
        ]
        items += [
            WorkItem(
                kind="portfolios.answer_objection",
                title=_("answer the objection"),
                about=f"{item.decision.dossier.code} {item.decision.dossier.title_vi}",
                url_name="portfolios:objection",
                url_args=(item.pk,),
                subject=f"portfolios.objection:{item.pk}",
            )
            for item in objections(actor)
            .filter(state=ObjectionState.OPEN)
            .exclude(decision_id__in=stakes(actor))[:50]
        ]
    if actor.has(Role.OFFICER):
        words = {
            RoundState.DRAFT: (
                "portfolios.propose",
                _("lay the round before the leader"),
            ),
            RoundState.DECIDED: (
                "portfolios.release",
                _("check and release the letters"),
            ),
        }
        items += [
            _line(*words[RoundState(round_.state)], round_)
            for round_ in rounds(actor).filter(state__in=list(words))[:50]
        ]
    return items


def _line(kind: str, title: Text, round_: Round) -> WorkItem:
    return WorkItem(
        kind=kind,
        title=title,
        about=round_.title_vi,
        url_name="portfolios:round",
        url_args=(round_.public_id,),
        subject=f"portfolios.round:{round_.public_id}",
    )
