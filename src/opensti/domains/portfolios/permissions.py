"""Who prepares, decides, releases, objects; who may know of a decision when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from opensti.domains.portfolios.choices import LetterState, RoundState, Ruling
from opensti.domains.portfolios.models import Decision, Letter, Objection, Round
from opensti.kernel.access import NOTHING, Role, grant, has_role, rule, sees

if TYPE_CHECKING:
    from opensti.kernel.access import Actor

PREPARING = (Role.OFFICER, Role.LEADER, Role.FINANCE, Role.AUDITOR)


def is_party(actor: Actor, prefix: str) -> Q:
    """Has this person a stake in the dossier? Then as staff sees nothing of it."""
    q = Q(**{f"{prefix}created_by_id": actor.user_id})
    q |= Q(**{f"{prefix}editors__user_id": actor.user_id})
    q |= Q(**{f"{prefix}host_id__in": actor.manages})
    if actor.person_id is not None:
        q |= Q(**{f"{prefix}leader_id": actor.person_id})
        q |= Q(**{f"{prefix}team__person_id": actor.person_id})
    return q


def _own(actor: Actor, prefix: str) -> Q:
    """A dossier's maker, its editors and the managers of its host."""
    return (
        Q(**{f"{prefix}created_by_id": actor.user_id})
        | Q(**{f"{prefix}editors__user_id": actor.user_id})
        | Q(**{f"{prefix}host_id__in": actor.manages})
    )


def _decisions(actor: Actor) -> Q:
    """Approvals are public once released; a refusal is known to its applicant.

    Before release only staff without a stake in the dossier know of either.
    """
    released = Q(round__state=RoundState.RELEASED)
    seen = released & Q(ruling=Ruling.APPROVE)
    if actor.is_authenticated:
        own = Decision.objects.filter(_own(actor, "dossier__")).values("pk")
        seen |= released & Q(pk__in=own)
    if actor.has(*PREPARING):
        mine = Decision.objects.filter(is_party(actor, "dossier__")).values("pk")
        seen |= ~Q(pk__in=mine)
    return seen


def _rounds(actor: Actor) -> Q:
    """A person with a stake in any dossier of a round sees it once released."""
    released = Q(state=RoundState.RELEASED)
    if actor.has(*PREPARING):
        mine = Decision.objects.filter(is_party(actor, "dossier__")).values("round_id")
        return released | ~Q(pk__in=mine)
    return released


def _letters(actor: Actor) -> Q:
    if not actor.is_authenticated:
        return NOTHING
    own = Decision.objects.filter(_own(actor, "dossier__")).values("pk")
    mine = Q(state=LetterState.RELEASED) & (
        Q(recipient_id=actor.user_id) | Q(decision_id__in=own)
    )
    if actor.has(*PREPARING):
        party = Decision.objects.filter(is_party(actor, "dossier__")).values("pk")
        return mine | ~Q(decision_id__in=party)
    return mine


def _objections(actor: Actor) -> Q:
    if not actor.is_authenticated:
        return NOTHING
    own = Decision.objects.filter(_own(actor, "dossier__")).values("pk")
    mine = Q(filed_by_id=actor.user_id) | Q(decision_id__in=own)
    if actor.has(*PREPARING):
        party = Decision.objects.filter(is_party(actor, "dossier__")).values("pk")
        return mine | ~Q(decision_id__in=party)
    return mine


@rule("Only the applicant may object to this decision.")
def is_applicant(actor: Actor, decision: Decision) -> bool:
    return (
        actor.is_authenticated
        and Decision.objects.filter(_own(actor, "dossier__"), pk=decision.pk).exists()
    )


@rule("You have a stake in a dossier of this round.")
def has_no_stake(actor: Actor, round_: Round) -> bool:
    return not Decision.objects.filter(
        is_party(actor, "dossier__"), round_id=round_.pk
    ).exists()


grant("portfolios.prepare", has_role(Role.OFFICER) & has_no_stake)
grant("portfolios.decide", has_role(Role.LEADER) & has_no_stake, dangerous=True)
grant("portfolios.release", has_role(Role.OFFICER, Role.LEADER) & has_no_stake, dangerous=True)
grant("portfolios.object", is_applicant)
grant("portfolios.answer_objection", has_role(Role.LEADER))
sees(Round, _rounds)
sees(Decision, _decisions)
sees(Letter, _letters)
sees(Objection, _objections)
