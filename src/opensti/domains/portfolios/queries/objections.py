"""Objections, and how a refused dossier stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from opensti.domains.portfolios.choices import (
    ObjectionState,
    RoundState,
)
from opensti.domains.portfolios.models import Decision, Objection
from opensti.domains.portfolios.queries.rounds import decisions
from opensti.domains.procedures.choices import Act, State
from opensti.domains.procedures.queries import may_step
from opensti.kernel.access import get_visible, may, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from opensti.domains.calls.models import Dossier
    from opensti.kernel.access import Actor


def objections(actor: Actor) -> QuerySet[Objection]:
    return visible(
        actor,
        Objection.objects.select_related(
            "dossier__host", "decision", "filed_by", "answered_by"
        )
        .defer("dossier__answers", "dossier__typed", "dossier__search_text")
        .order_by("-filed_at", "-pk"),
    )


def objection(actor: Actor, objection_id: int) -> Objection:
    return get_visible(
        actor,
        Objection.objects.select_related(
            "dossier__host",
            "dossier__case",
            "decision__round",
            "filed_by",
            "answered_by",
        ),
        pk=objection_id,
    )


class Next(StrEnum):
    """What an objection waits for."""

    NOTHING = ""
    ANSWER = "answer"
    """The leader answers it."""
    CHECK = "check"
    """Upheld: an officer looks at the validity again."""
    DECISION = "decision"
    """Upheld: the next round of the call lays the dossier before the leader again."""


def next_of(objection: Objection | None, state: str) -> Next:
    """What comes next for an objection on a dossier that stands in ``state``."""
    if objection is None or state != State.OBJECTED:
        return Next.NOTHING
    if objection.state == ObjectionState.OPEN:
        return Next.ANSWER
    return Next.CHECK if objection.decision_id is None else Next.DECISION


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A refused dossier: what refused it, what was objected, what comes next."""

    decision: Decision | None
    objections: Sequence[Objection]
    next: Next
    may_object: bool
    may_answer: bool


def standing(actor: Actor, dossier: Dossier) -> Standing:
    """How a refusal stands for a person who may see the dossier; at most 5 queries."""
    objected = list(objections(actor).filter(dossier=dossier))
    last = objected[0] if objected else None
    decision = (
        decisions(actor)
        .filter(dossier=dossier, round__state=RoundState.RELEASED)
        .order_by("-pk")
        .first()
    )
    comes = next_of(last, dossier.case.state)
    return Standing(
        decision=decision,
        objections=objected,
        next=comes,
        may_object=may_object(actor, dossier),
        may_answer=comes is Next.ANSWER
        and bool(may(actor, "portfolios.answer_objection", last)),
    )


def may_object(actor: Actor, dossier: Dossier) -> bool:
    """Whether this refusal can be objected to now, by this person."""
    return (
        may_step(dossier.case, Act.DOSSIER_OBJECT, actor)
        and bool(may(actor, "portfolios.object", dossier))
        and bool(may(actor, "calls.submit_dossier", dossier))
    )


def objection_counts(call_public_id: str) -> tuple[int, int]:
    """Of objections to released refusals of a call: how many wait, are answered; 1 query.

    Numbers only: whose dossier was refused is nobody's business, and before the release
    nobody knows that one was.
    """
    found = Objection.objects.filter(
        dossier__call__public_id=call_public_id, decision__isnull=False
    ).aggregate(
        pending=Count("pk", filter=Q(state=ObjectionState.OPEN)),
        answered=Count("pk", filter=~Q(state=ObjectionState.OPEN)),
    )
    return found["pending"], found["answered"]
