"""Who prepares, decides, releases, objects; who may know of a decision when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Model, Q
from django.utils.translation import gettext_lazy as _

from opensti.domains.panels.queries import barred_ids
from opensti.domains.portfolios.choices import LetterState, RoundState, Ruling
from opensti.domains.portfolios.models import (
    Decision,
    Letter,
    Objection,
    Ranking,
    Round,
    Scenario,
)
from opensti.domains.tasks.queries import closed_orders, closed_tasks
from opensti.kernel.access import NOTHING, Role, grant, has_role, rule, sees
from opensti.kernel.record.holding import hold_back
from opensti.kernel.subqueries import worded_once

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from opensti.domains.calls.models import Dossier
    from opensti.kernel.access import Actor

M = TypeVar("M", bound=Model)
PREPARING = (Role.OFFICER, Role.LEADER, Role.FINANCE, Role.AUDITOR)


def with_a_stake(actor: Actor, rows: QuerySet[M], prefix: str) -> QuerySet[M]:
    """Rows of dossiers in which a person has a stake: as staff he sees none of them.

    Each ground is a question of its own: answered from an index, while all of them in
    one would look at every dossier there is.
    """
    if actor.user_id is None:  # or else everything that lacks an editor would match
        return rows.none()
    grounds = [
        Q(**{f"{prefix}created_by_id": actor.user_id}),
        Q(**{f"{prefix}editors__user_id": actor.user_id}),
        Q(**{f"{prefix}host_id__in": actor.manages | actor.member_of}),
    ]
    if actor.person_id is not None:
        grounds += [
            Q(**{f"{prefix}leader_id": actor.person_id}),
            Q(**{f"{prefix}team__person_id": actor.person_id}),
            Q(**{f"{prefix}pk__in": barred_ids(actor.person_id, "dossier_id")}),
        ]
    found = NOTHING
    for ground in grounds:
        found |= Q(pk__in=rows.filter(ground).values("pk"))
    return rows.filter(found)


def _staked(actor: Actor) -> QuerySet[Decision]:
    return with_a_stake(actor, Decision.objects.all(), "dossier__")


@worded_once
def stakes(actor: Actor, column: str = "pk") -> Any:
    """Decisions on dossiers in which this person has a stake, or their rounds; a subquery."""
    return _staked(actor).values(column)


def _own(actor: Actor, prefix: str) -> Q:
    """A dossier's maker, its editors and the managers of its host."""
    return (
        Q(**{f"{prefix}created_by_id": actor.user_id})
        | Q(**{f"{prefix}editors__user_id": actor.user_id})
        | Q(**{f"{prefix}host_id__in": actor.manages})
    )


@worded_once
def _own_decisions(actor: Actor) -> Any:
    return Decision.objects.filter(_own(actor, "dossier__")).values("pk")


def closed_decisions() -> QuerySet[Decision]:
    """Decisions that everybody may not know of today: by their task, else by their order."""
    by_task = Q(task__in=closed_tasks().values("pk"))
    by_order = Q(task=None, dossier__order__in=closed_orders().values("pk"))
    return Decision.objects.filter(by_task | by_order).order_by()


def _decisions(actor: Actor) -> Q:
    """Approvals are public once released; a refusal is known to its applicant.

    Before release only staff without a stake in the dossier know of either.
    """
    released = Q(round__state=RoundState.RELEASED)
    closed = Q(pk__in=closed_decisions().values("pk"))
    seen = released & Q(ruling=Ruling.APPROVE) & ~closed
    if actor.is_authenticated:
        seen |= released & Q(pk__in=_own_decisions(actor))
    if actor.has(*PREPARING):
        seen |= ~Q(pk__in=stakes(actor))
    return seen


def _rounds(actor: Actor) -> Q:
    """A round is a working paper of staff; whoever has a stake in a dossier knows the rest.

    Of a round in all of whose dossiers he has a stake he does not know at all, and of
    another only what tells nothing of these: ``whole_rounds`` says who knows all of it.
    """
    if not actor.has(*PREPARING):
        return NOTHING
    others = Decision.objects.exclude(pk__in=stakes(actor))
    return Q(pk__in=others.order_by().values("round_id")) | whole_rounds(actor)


def whole_rounds(actor: Actor) -> Q:
    """Rounds in no dossier of which a person has a stake: ranks and sums are for him."""
    return ~Q(pk__in=stakes(actor, "round_id"))


def _of_whole_rounds(actor: Actor) -> Q:
    """Scenarios and rankings weigh all dossiers of a round against each other."""
    if not actor.has(*PREPARING):
        return NOTHING
    return ~Q(round_id__in=stakes(actor, "round_id"))


def _letters(actor: Actor) -> Q:
    if not actor.is_authenticated:
        return NOTHING
    mine = Q(state=LetterState.RELEASED) & (
        Q(recipient_id=actor.user_id) | Q(decision_id__in=_own_decisions(actor))
    )
    if actor.has(*PREPARING):
        # What is said of a dossier that answers an order tells of those that compete.
        tells_of_no_other = (
            Q(decision__round__state=RoundState.RELEASED)
            | Q(decision__dossier__order=None)
            | ~Q(decision__round_id__in=stakes(actor, "round_id"))
        )
        return mine | (~Q(decision_id__in=stakes(actor)) & tells_of_no_other)
    return mine


def staked_objections(actor: Actor) -> QuerySet[Objection]:
    """Objections on dossiers in which this person has a stake."""
    return with_a_stake(actor, Objection.objects.all(), "dossier__")


def _objections(actor: Actor) -> Q:
    if not actor.is_authenticated:
        return NOTHING
    own = Objection.objects.filter(_own(actor, "dossier__")).values("pk")
    mine = Q(filed_by_id=actor.user_id) | Q(pk__in=own)
    if actor.has(*PREPARING):
        return mine | ~Q(pk__in=staked_objections(actor).values("pk"))
    return mine


@rule(
    _("Only the applicant may object to this refusal."),
    who=_("whoever made the dossier, its editors, or a manager of the host"),
)
def is_applicant(actor: Actor, dossier: Dossier) -> bool:
    return actor.is_authenticated and (
        dossier.created_by_id == actor.user_id
        or dossier.host_id in actor.manages
        or dossier.editors.filter(user_id=actor.account_id).exists()
    )


# Not why: that one of its dossiers is hidden from him is not his to know.
@rule(
    _("Another official acts on this round as a whole."),
    who=_("a colleague of the programme office, or another leader"),
)
def has_no_stake(actor: Actor, round_: Round) -> bool:
    return not _staked(actor).filter(round_id=round_.pk).exists()


@rule(
    _("You have a stake in the dossier of this letter."),
    who=_("another programme officer without a stake in it"),
)
def is_no_party_to_it(actor: Actor, letter: Letter) -> bool:
    return not _staked(actor).filter(pk=letter.decision_id).exists()


@rule(
    _("You laid this round before the leader yourself."),
    who=_("another person who holds the role of leader"),
)
def did_not_propose(actor: Actor, round_: Round) -> bool:
    return actor.user_id is None or round_.proposed_by_id != actor.user_id


@rule(
    _("You have a stake in the dossier of this objection."),
    who=_("a leader without a stake in it"),
)
def has_no_stake_in_it(actor: Actor, objection: Objection) -> bool:
    return not staked_objections(actor).filter(pk=objection.pk).exists()


@rule(
    _("Another official acts on this round as a whole."),
    who=_("a colleague of the programme office, or another leader"),
)
def has_no_stake_in_its_round(actor: Actor, scenario: Scenario) -> bool:
    return not _staked(actor).filter(round_id=scenario.round_id).exists()


@rule(
    _("You put this scenario forward yourself; it takes a second person."),
    who=_("another programme officer, or a leader"),
)
def did_not_put_it_forward(actor: Actor, scenario: Scenario) -> bool:
    return actor.user_id is None or scenario.put_forward_by_id != actor.user_id


@rule(
    _("You changed the words of this letter last; it takes a second pair of eyes."),
    who=_("another programme officer without a stake in the round"),
)
def did_not_edit_it(actor: Actor, letter: Letter) -> bool:
    return actor.user_id is None or letter.edited_by_id != actor.user_id


grant("portfolios.prepare", has_role(Role.OFFICER) & has_no_stake)
grant("portfolios.plan", has_role(Role.OFFICER) & has_no_stake_in_its_round)
grant(
    "portfolios.adopt",
    has_role(Role.OFFICER, Role.LEADER)
    & has_no_stake_in_its_round
    & did_not_put_it_forward,
)
grant("portfolios.edit_letter", has_role(Role.OFFICER) & is_no_party_to_it)
grant(
    "portfolios.check_letter",
    has_role(Role.OFFICER) & is_no_party_to_it & did_not_edit_it,
)
grant(
    "portfolios.decide",
    has_role(Role.LEADER) & has_no_stake & did_not_propose,
    dangerous=True,
)
grant("portfolios.return", has_role(Role.LEADER) & has_no_stake)
grant("portfolios.read", has_role(*PREPARING), reads=True)
grant(
    "portfolios.release",
    has_role(Role.OFFICER, Role.LEADER) & has_no_stake,
    dangerous=True,
)
grant("portfolios.object", is_applicant)
grant("portfolios.answer_objection", has_role(Role.LEADER) & has_no_stake_in_it)
hold_back("portfolios.decision", closed_decisions)
sees(Round, _rounds)
sees(Decision, _decisions)
sees(Letter, _letters)
sees(Objection, _objections)
sees(Scenario, _of_whole_rounds)
sees(Ranking, _of_whole_rounds)
