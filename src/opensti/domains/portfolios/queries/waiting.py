"""What waits for a person in rounds and objections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from opensti.domains.calls.queries import call_subject, dossiers_of_others
from opensti.domains.portfolios.choices import (
    Concern,
    ObjectionState,
    RoundState,
    ScenarioState,
)
from opensti.domains.portfolios.models import Decision, Objection, Round, Scenario
from opensti.domains.portfolios.permissions import (
    staked_objections,
    whole_rounds,
)
from opensti.domains.portfolios.queries.objections import objections
from opensti.domains.portfolios.queries.rounds import rounds
from opensti.domains.procedures.choices import State, Track
from opensti.domains.procedures.queries import first_due
from opensti.kernel.access import Role, visible
from opensti.kernel.bilingual import Words
from opensti.kernel.work import WorkItem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from django.db.models import QuerySet

    from opensti.kernel.access import Actor
    from opensti.kernel.refusals import Text


def work_for(actor: Actor, today: date) -> list[WorkItem]:
    """What waits for this person in rounds and objections; at most 6 queries."""
    items: list[WorkItem] = [*_second_person(actor)]
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
        items += _to_put_forward(actor)
        items += _to_lay_out(actor)
        items += [
            _after(item, today) for item in _due(_upheld(actor), Role.OFFICER)[:50]
        ]
    return items


def _second_person(actor: Actor) -> Iterator[WorkItem]:
    """Scenarios that another put forward; 1 query for officers and leaders."""
    if not actor.has(Role.OFFICER, Role.LEADER):
        return
    rows = (
        visible(
            actor,
            Scenario.objects.filter(
                state=ScenarioState.PUT_FORWARD, round__state=RoundState.DRAFT
            ),
        )
        .exclude(put_forward_by_id=actor.user_id)
        .select_related("round")
        .defer("problem", "solution", "reasons")
        .order_by("put_forward_at", "pk")[:50]
    )
    for scenario in rows:
        yield WorkItem(
            kind="portfolios.adopt",
            title=_("a scenario waits for a second person"),
            about=Words.titled(scenario),
            url_name="portfolios:scenario",
            url_args=(scenario.public_id,),
            subject=f"portfolios.round:{scenario.round.public_id}",
        )


def _to_put_forward(actor: Actor) -> Iterator[WorkItem]:
    """Rounds with computed scenarios of which none was put forward; 1 query."""
    others = Scenario.objects.filter(
        round=OuterRef("pk"),
        state__in=(ScenarioState.PUT_FORWARD, ScenarioState.ADOPTED),
    )
    solved = Scenario.objects.filter(round=OuterRef("pk"), state=ScenarioState.SOLVED)
    rows = rounds(actor).filter(
        Exists(solved),
        ~Exists(others),
        whole_rounds(actor),
        state=RoundState.DRAFT,
    )
    for round_ in rows[:50]:
        yield WorkItem(
            kind="portfolios.put_forward",
            title=_("scenarios are computed: put one forward"),
            about=Words.titled(round_),
            url_name="portfolios:scenarios",
            url_args=(round_.public_id,),
            subject=f"portfolios.round:{round_.public_id}",
        )


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
