"""What is before the leader, what was decided, what waits in the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, OuterRef, Q, Subquery, Sum
from django.utils.translation import gettext_lazy as _

from opensti.domains.calls.queries import call_subject, dossiers_of_others
from opensti.domains.portfolios.choices import (
    Concern,
    LetterState,
    ObjectionState,
    RoundState,
    Ruling,
)
from opensti.domains.portfolios.models import Decision, Letter, Objection, Round
from opensti.domains.portfolios.permissions import (
    PREPARING,
    staked_objections,
    whole_rounds,
    with_a_stake,
)
from opensti.domains.procedures.choices import Act, State, Track
from opensti.domains.procedures.queries import first_due, may_step, one_winner
from opensti.kernel.access import PUBLIC, STAFF, SYSTEM, Role, get_visible, may, visible
from opensti.kernel.bilingual import Words
from opensti.kernel.refusals import NotFound
from opensti.kernel.work import WorkItem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from decimal import Decimal

    from django.db.models import QuerySet
    from django.db.models.expressions import OrderBy

    from opensti.domains.calls.models import Dossier
    from opensti.domains.procedures.regimes.format import ApprovalRule
    from opensti.kernel.access import Actor
    from opensti.kernel.refusals import Text

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
        Round.objects.select_related("call", "decided_by", "proposed_by"),
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
            "decision__round",
            "decision__dossier__host",
            "recipient",
            "checked_by",
            "edited_by",
        ).order_by("decision__round_id", *by_order("decision__")),
    )


def letter(actor: Actor, public_id: str) -> Letter:
    return get_visible(
        actor,
        Letter.objects.select_related(
            "decision__round__call",
            "decision__dossier__host",
            "recipient",
            "checked_by",
            "edited_by",
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


def work_for(actor: Actor, today: date) -> list[WorkItem]:
    """What waits for this person in rounds and objections; at most 4 queries."""
    items: list[WorkItem] = []
    if actor.has(Role.LEADER):
        items += [
            _line("portfolios.decide", _("decide the round"), round_)
            for round_ in rounds(actor).filter(
                whole_rounds(actor), state=RoundState.PROPOSED
            )[:50]
        ]
        items += [
            WorkItem(
                kind="portfolios.answer_objection",
                title=_("answer the objection"),
                code=item.dossier.code,
                about=Words.titled(item.dossier),
                url_name="portfolios:objection",
                url_args=(item.pk,),
                subject=f"portfolios.objection:{item.pk}",
                due_on=item.due_on,
                article=item.article or "",
                overdue=item.due_on is not None and item.due_on < today,
            )
            for item in _due(
                _free(actor, objections(actor).filter(state=ObjectionState.OPEN)),
                Role.LEADER,
            )[:50]
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
            for round_ in rounds(actor).filter(
                whole_rounds(actor), state__in=list(words)
            )[:50]
        ]
        items += _to_lay_out(actor)
        items += [
            _after(item, today) for item in _due(_upheld(actor), Role.OFFICER)[:50]
        ]
    return items


def _to_lay_out(actor: Actor) -> Iterator[WorkItem]:
    """One line for each call with results on which no round rules yet; 1 query."""
    rows = (
        dossiers_of_others(actor=actor)
        .filter(case__track=Track.DOSSIER, case__state=State.REVIEWED)
        .exclude(pk__in=Decision.objects.values("dossier_id"))
        .order_by()
        .values("call__public_id", "call__code", "call__title_vi", "call__title_en")
        .annotate(n=Count("pk", distinct=True))
        .order_by("call__code")[:50]
    )
    for row in rows:
        yield WorkItem(
            kind="portfolios.prepare",
            title=_("lay out the results, or have the costs appraised: %(n)d dossiers")
            % {"n": row["n"]},
            code=row["call__code"],
            about=Words(row["call__title_vi"], row["call__title_en"]),
            url_name="calls:call",
            url_args=(row["call__public_id"],),
            subject=call_subject(row["call__public_id"]),
        )


def _free(actor: Actor, rows: QuerySet[Objection]) -> QuerySet[Objection]:
    """Leave out the objections on dossiers in which a person has a stake."""
    return rows.exclude(pk__in=staked_objections(actor).values("pk"))


def _due(rows: QuerySet[Objection], role: Role) -> QuerySet[Any]:
    """With the day by which the procedure asks this role to act, where it has one."""
    first = first_due(role, OuterRef("dossier__case"))
    return rows.annotate(
        due_on=Subquery(first.values("due_on")[:1]),
        article=Subquery(first.values("article")[:1]),
    )


def _upheld(actor: Actor) -> QuerySet[Objection]:
    """Upheld objections after which the office has not acted yet."""
    last = Objection.objects.filter(dossier=OuterRef("dossier")).order_by("-pk")
    running = Decision.objects.exclude(round__state=RoundState.RELEASED)
    upheld = objections(actor).filter(
        state=ObjectionState.UPHELD,
        dossier__case__state=State.OBJECTED,
        pk=Subquery(last.values("pk")[:1]),
    )
    return (
        _free(actor, upheld)
        .exclude(dossier_id__in=running.values("dossier_id"))
        .select_related("dossier__host", "dossier__call", "decision", "filed_by")
    )


def _after(item: Any, today: date) -> WorkItem:
    validity = item.concerns == Concern.VALIDITY
    return WorkItem(
        kind="portfolios.check_again" if validity else "portfolios.lay_out_again",
        title=_("objection upheld: look at the validity again")
        if validity
        else _("objection upheld: lay the dossier out again"),
        code=item.dossier.code,
        about=Words.titled(item.dossier),
        url_name="calls:eligibility" if validity else "calls:call",
        url_args=(item.dossier.public_id if validity else item.dossier.call.public_id,),
        subject=f"portfolios.objection:{item.pk}",
        due_on=item.due_on,
        article=item.article or "",
        overdue=item.due_on is not None and item.due_on < today,
    )


def _line(kind: str, title: Text, round_: Round) -> WorkItem:
    return WorkItem(
        kind=kind,
        title=title,
        about=Words.titled(round_),
        url_name="portfolios:round",
        url_args=(round_.public_id,),
        subject=f"portfolios.round:{round_.public_id}",
    )
