"""Who forms and keeps councils, who sits in them, and who may know what of them.

A member in conflict sees zero bits of the item: not in lists, counts, search, results,
minutes or files. The same holds for an official who is party to the dossier himself.
One builder (``items_where``) says so for the item and for all that hangs on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from opensti.domains.panels.choices import (
    ASKED,
    BallotState,
    CouncilKind,
)
from opensti.domains.panels.models import (
    Assignment,
    Ballot,
    Council,
    CouncilItem,
    Override,
    Recusal,
    Seat,
)
from opensti.domains.panels.permissions.barring import barred, is_no_auditor
from opensti.domains.tasks.queries import orders_asked_for
from opensti.kernel.access import (
    NOTHING,
    STAFF,
    Role,
    grant,
    has_role,
    rule,
    sees,
)
from opensti.kernel.subqueries import worded_once

if TYPE_CHECKING:
    from opensti.kernel.access import Actor

# Who follows every council; a council secretary follows the councils he keeps.
FOLLOWERS = (Role.OFFICER, Role.LEADER, Role.AUDITOR)


def keeps(actor: Actor, council: Council) -> bool:
    return council.secretary_id is not None and council.secretary_id in _clerks(actor)


@rule(
    _("You are not the secretary of this council."),
    who=_("the secretary of the council, or a programme officer"),
)
def is_its_secretary(actor: Actor, council: Any) -> bool:
    return council is not None and keeps(actor, council)


@rule(
    _("You have no seat in this council, or you declined it."),
    who=_("the members of the council"),
)
def sits(actor: Actor, seat: Any) -> bool:
    return (
        seat is not None
        and actor.person_id is not None
        and seat.person_id == actor.person_id
        and seat.state in ASKED
    )


@rule(
    _("You are party to a case of this council: another official must keep it."),
    who=_("another programme officer or council secretary"),
)
def is_party_to_nothing(actor: Actor, council: Any) -> bool:
    return council is None or not council.items.filter(hidden_items(actor)).exists()


keeper = (
    is_no_auditor & (has_role(Role.OFFICER) | is_its_secretary) & is_party_to_nothing
)

grant("panels.list_councils", has_role(*STAFF, Role.AUDITOR, Role.EXPERT), reads=True)
grant("panels.form", is_no_auditor & has_role(Role.OFFICER, Role.SECRETARY))
grant("panels.set_up", is_no_auditor & has_role(Role.OFFICER) & is_party_to_nothing)
grant("panels.keep", keeper)
grant(
    "panels.read_seats",
    has_role(Role.OFFICER, Role.LEADER, Role.AUDITOR) | is_its_secretary,
    reads=True,
)
grant("panels.override", is_no_auditor & has_role(Role.OFFICER, Role.LEADER))
grant("panels.adopt_minutes", keeper)
grant("panels.answer", is_no_auditor & sits)
grant("panels.vote", is_no_auditor & sits)
grant("panels.list_ballots", has_role(Role.EXPERT, *STAFF), reads=True)


def _clerks(actor: Actor) -> set[int]:
    """The accounts for which a person keeps councils: the own, and a lender's."""
    if not actor.has(Role.SECRETARY) or actor.user_id is None:
        return set()
    lender = actor.on_behalf.get(Role.SECRETARY)
    return {actor.user_id} if lender is None else {actor.user_id, lender}


@worded_once
def kept_dossiers(actor: Actor) -> Any:
    """Ids of the dossiers on the agenda of councils a person keeps; a subquery."""
    kept = CouncilItem.objects.filter(
        council__secretary_id__in=_clerks(actor), dossier__isnull=False
    )
    return kept.order_by().values("dossier_id")


def as_staff(actor: Actor, prefix: str) -> Q:
    """Councils that a person knows of by his office; ``prefix`` leads to the council."""
    if actor.has(Role.ADMIN) or actor.user_id is None:
        return NOTHING
    if actor.has(*FOLLOWERS):
        return Q(**{f"{prefix}id__isnull": False})
    seen = NOTHING
    if clerks := _clerks(actor):
        seen |= Q(**{f"{prefix}secretary_id__in": clerks})
    if actor.has(Role.FINANCE):
        seen |= Q(**{f"{prefix}kind": CouncilKind.COST})
    return seen


def _seats_of(actor: Actor) -> Any:
    return Seat.objects.filter(person_id=actor.person_id or 0, state__in=ASKED)


def _as_member(actor: Actor, prefix: str) -> Q:
    if actor.person_id is None:
        return NOTHING
    return Q(**{f"{prefix}id__in": _seats_of(actor).values("council_id")})


def _recused(actor: Actor) -> list[Q]:
    """Items of what a person was excluded from, in this council or another."""
    if actor.person_id is None:
        return []
    gone = Recusal.objects.filter(seat__person_id=actor.person_id)
    return [
        Q(pk__in=gone.values("item_id")),
        Q(dossier_id__in=_known(gone, "item__dossier_id")),
        Q(order_id__in=_known(gone, "item__order_id")),
    ]


def _known(rows: Any, column: str) -> Any:
    return rows.filter(**{f"{column}__isnull": False}).values(column)


def _party(actor: Actor) -> list[Q]:
    """Items of dossiers and orders that a person wrote, works on, asked for, or whose host
    or proposer he belongs to.
    """
    if actor.user_id is None:
        return []
    grounds = [
        Q(dossier__created_by_id=actor.user_id),
        Q(dossier__editors__user_id=actor.user_id),
    ]
    if actor.person_id is not None:
        grounds += [
            Q(dossier__leader_id=actor.person_id),
            Q(dossier__team__person_id=actor.person_id),
        ]
    if houses := actor.member_of | actor.manages:
        grounds += [
            Q(dossier__host_id__in=houses),
            Q(order__assigned_host_id__in=houses),
        ]
    # What else ties somebody to an order, the search finds and keeps as a case.
    return [*grounds, Q(order_id__in=orders_asked_for(actor))]


def _in_conflict(actor: Actor) -> list[Q]:
    """Items of what a person is barred from, or may be: open cases bar like real ones."""
    if actor.person_id is None:
        return []
    return [
        Q(dossier_id__in=barred(actor, "dossier_id")),
        Q(order_id__in=barred(actor, "order_id")),
    ]


@worded_once
def hidden_ids(actor: Actor, column: str = "pk") -> Any:
    """Ids of the items hidden from a person, or of what they are about; a subquery."""
    # Each ground is a question of its own: answered from an index, while all of them
    # in one would look at every item there is.
    nothing, *found = (
        CouncilItem.objects.filter(ground, **{f"{column}__isnull": False})
        .order_by()
        .values(column)
        for ground in (
            NOTHING,
            *_recused(actor),
            *_in_conflict(actor),
            *_party(actor),
        )
    )
    return nothing.union(*found, all=True)


def hidden_items(actor: Actor) -> Q:
    """Items of which a person must see zero bits, whatever else the person is."""
    return Q(pk__in=hidden_ids(actor))


def items_where(actor: Actor, council: Q) -> Any:
    """The items of some councils without those hidden from the person."""
    rows = CouncilItem.objects.filter(council).exclude(pk__in=hidden_ids(actor))
    return rows.values("pk")


def councils_of(actor: Actor) -> Q:
    """An official for whom every item is hidden does not know of the council either."""
    staff, member = as_staff(actor, ""), _as_member(actor, "")
    of_council = CouncilItem.objects.filter(council_id=OuterRef("pk"))
    knows_all = ~Q(pk__in=hidden_ids(actor, "council_id"))
    knows_some = Q(Exists(of_council.exclude(pk__in=hidden_ids(actor))))
    return member | (staff & (knows_all | knows_some))


def items_of(actor: Actor) -> Q:
    known = as_staff(actor, "council__") | _as_member(actor, "council__")
    return known & ~Q(pk__in=hidden_ids(actor))


@worded_once
def known_councils(actor: Actor) -> Any:
    """Ids of the councils a person may know of, as a subquery."""
    return Council.objects.filter(councils_of(actor)).values("pk")


@worded_once
def known_items(actor: Actor) -> Any:
    """Ids of the items a person may know of, as a subquery."""
    return CouncilItem.objects.filter(items_of(actor)).values("pk")


def _of_items(actor: Actor) -> Q:
    """What hangs on an item: assignments, for all who may know of the item."""
    return Q(item_id__in=known_items(actor))


def _seats(actor: Actor) -> Q:
    return Q(council_id__in=known_councils(actor))


def _recusals(actor: Actor) -> Q:
    """Who is excluded from what is the keepers' to know, not the members'."""
    return _of_items(actor) & as_staff(actor, "item__council__")


def _ballots(actor: Actor) -> Q:
    """One's own always; the keepers' once they are counted; nobody else's ever.

    Scores given before the meeting are commitments in the record: nobody, the keeper
    included, reads them before the count opens them.
    """
    own = (
        Q(seat__person_id=actor.person_id, seat__state__in=ASKED)
        if actor.person_id is not None
        else NOTHING
    )
    opened = Q(state=BallotState.CAST, item__council__concluded_at__isnull=False)
    return _of_items(actor) & (own | (opened & as_staff(actor, "item__council__")))


sees(Council, councils_of)
sees(CouncilItem, items_of)
sees(Seat, _seats)
sees(Override, _seats)
sees(Recusal, _recusals)
sees(Assignment, _of_items)
sees(Ballot, _ballots)
