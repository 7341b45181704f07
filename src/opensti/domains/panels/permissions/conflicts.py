"""Who judges conflicts of interest, who may know of them, and whom they bar.

Nobody judges a case about himself, nor one on what is hidden from him; those whom an
applicant names never learn it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from opensti.domains.calls.queries import ids_known, ids_of_others, ids_written
from opensti.domains.panels.models import (
    Conflict,
    ConflictSearch,
    ConflictVerdict,
    DeclaredTie,
    DismissedTie,
    Exclusion,
    NamedElsewhere,
    TieYears,
)
from opensti.domains.panels.permissions.barring import is_no_auditor
from opensti.domains.panels.permissions.councils import hidden_ids
from opensti.domains.tasks.queries import order_ids
from opensti.kernel.access import (
    NOTHING,
    Role,
    grant,
    has_role,
    may,
    rule,
    sees,
    signed_in,
    visible,
)
from opensti.kernel.subqueries import worded_once

if TYPE_CHECKING:
    from opensti.kernel.access import Actor

JUDGING = (Role.OFFICER, Role.SECRETARY)
READING = (*JUDGING, Role.LEADER, Role.AUDITOR)


@rule(
    _("This is about yourself: somebody else must judge it."),
    who=_("another programme officer or council secretary"),
)
def is_not_about_oneself(actor: Actor, case: Any) -> bool:
    return case is None or case.person_id != actor.person_id


@rule(
    _("You gave this verdict yourself; it takes a second person."),
    who=_("another programme officer or council secretary, or the leader"),
)
def gave_it_not(actor: Actor, verdict: Any) -> bool:
    return verdict is not None and actor.user_id != verdict.given_by_id


@rule(
    _("You are not one of the writers of this dossier."),
    who=_("whoever made the dossier, its editors, or a manager of the host"),
)
def writes_the_dossier(actor: Actor, dossier: Any) -> bool:
    return bool(may(actor, "calls.write_dossier", dossier))


grant("panels.list_conflicts", has_role(*READING), reads=True)
grant("panels.find_conflicts", is_no_auditor & has_role(*JUDGING))
grant(
    "panels.judge_conflict",
    is_no_auditor & has_role(*JUDGING) & is_not_about_oneself,
)
grant(
    "panels.confirm_conflict",
    is_no_auditor & has_role(*JUDGING, Role.LEADER) & gave_it_not,
)
# Whoever is invited says it of himself, whatever else he is; the office of anybody.
grant("panels.declare_own", is_no_auditor & signed_in)
grant("panels.name_exclusion", writes_the_dossier)
grant("panels.set_tie_years", is_no_auditor & has_role(Role.LEADER), dangerous=True)


def _office(actor: Actor) -> bool:
    return actor.has(*READING) and not actor.has(Role.ADMIN)


def _things(actor: Actor, prefix: str = "") -> Q:
    """Rows of dossiers and orders that an official may know of and has no part in."""
    return Q(**{f"{prefix}dossier_id__in": ids_of_others(actor)}) | Q(
        **{f"{prefix}order_id__in": order_ids(actor)}
    )


def names_what_is_hidden(actor: Actor) -> Q:
    """Cases whose evidence names a dossier or a council that a person may not know of.

    That somebody competes, worked or was judged there would tell of it, whatever the
    words: such a case is no case for this person.
    """
    return Q(pk__in=_naming_what_is_hidden(actor))


@worded_once
def _naming_what_is_hidden(actor: Actor) -> Any:
    names = NamedElsewhere.objects.filter(
        Q(dossier__isnull=False) & ~Q(dossier_id__in=ids_known(actor))
        | Q(seat__council_id__in=hidden_ids(actor, "council_id"))
    )
    return names.values("conflict_id")


def _conflicts(actor: Actor) -> Q:
    if not _office(actor):
        return NOTHING
    return (
        _things(actor)
        & ~Q(person_id=actor.person_id or 0)
        & ~names_what_is_hidden(actor)
    )


def _verdicts(actor: Actor) -> Q:
    if not _office(actor):
        return NOTHING
    return Q(conflict__in=_known(actor))


@worded_once
def _known(actor: Actor) -> Any:
    return visible(actor, Conflict.objects.all()).values("pk")


def _declared(actor: Actor) -> Q:
    """One's own, as far as one was asked; the office what is before it."""
    own = Q(person_id=actor.person_id) if actor.person_id is not None else NOTHING
    if not _office(actor):
        return own
    return own | (_things(actor) & ~Q(person_id=actor.person_id or 0))


def _searches(actor: Actor) -> Q:
    return Q() if _office(actor) else NOTHING


def _exclusions(actor: Actor) -> Q:
    """The writers of the dossier, and the office without those who are named."""
    if not actor.is_authenticated:
        return NOTHING
    seen = Q(dossier_id__in=ids_written(actor))
    if _office(actor):
        about_him = Q(person_id=actor.person_id or 0) | Q(
            organisation_id__in=actor.member_of | actor.manages
        )
        about = Exclusion.objects.filter(about_him).values("pk")
        seen |= Q(dossier_id__in=ids_of_others(actor)) & ~Q(pk__in=about)
    return seen


sees(Conflict, _conflicts)
sees(ConflictVerdict, _verdicts)
sees(ConflictSearch, _searches)
sees(DeclaredTie, _declared)
sees(DismissedTie, _verdicts)
sees(Exclusion, _exclusions)
sees(TieYears, lambda actor: Q() if _office(actor) else NOTHING)
