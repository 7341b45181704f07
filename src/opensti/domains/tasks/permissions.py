"""Who proposes needs, who turns them into orders, and who may know of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.db.models.functions import Now, TruncDate
from django.utils.translation import gettext_lazy as _

from opensti.domains.procedures.choices import State
from opensti.domains.tasks.choices import ListState, Secrecy
from opensti.domains.tasks.models import Need, Order, OrderList, OrderProduct, Task
from opensti.kernel.access import (
    EVERYTHING,
    NOTHING,
    STAFF,
    Role,
    grant,
    has_role,
    rule,
    sees,
    visible,
)
from opensti.kernel.files.serving import files_access
from opensti.kernel.record.holding import hold_back
from opensti.kernel.refusals import AccessDenied

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile

# Auditors write nothing; administrators keep accounts and see no dossier.
PROPOSERS = frozenset(Role) - {Role.PUBLIC, Role.AUDITOR, Role.ADMIN}
# What everybody may know of: from the leader's decision on.
PUBLIC_ORDERS = (State.APPROVED, State.CALLED, State.CLOSED)

_OWNERS = _("whoever made the need, or a manager of its organisation")


@rule(_("This need was made by somebody else."), who=_OWNERS)
def made_it(actor: Actor, need: Any) -> bool:
    return (
        need is not None
        and actor.user_id is not None
        and need.created_by_id == actor.user_id
    )


@rule(_("You do not manage the organisation that proposes this need."), who=_OWNERS)
def manages_its_organisation(actor: Actor, need: Any) -> bool:
    return need is not None and need.organisation_id in actor.manages


@rule(
    _("You can propose only for yourself or for an organisation that you belong to."),
    who=_("a member of the organisation, or a programme officer"),
)
def belongs_to_the_organisation(actor: Actor, organisation_id: Any) -> bool:
    return organisation_id is None or organisation_id in actor.member_of | actor.manages


@rule(
    _("You gave it this class yourself; it takes a second person to open it."),
    who=_("another leader"),
)
def did_not_close_it(actor: Actor, thing: Any) -> bool:
    return thing is None or thing.classed_by_id != actor.user_id


def author_of(actor: Actor) -> int:
    """The account that will stand behind what is made; jobs make nothing of their own."""
    if actor.user_id is None:
        raise AccessDenied(_("You are not signed in."))
    return actor.user_id


owns_it = made_it | manages_its_organisation

grant("tasks.list_needs", has_role(*PROPOSERS, Role.AUDITOR), reads=True)
grant("tasks.propose_need", has_role(*PROPOSERS))
# An officer enters what came on paper.
grant(
    "tasks.propose_for",
    has_role(Role.OFFICER) | belongs_to_the_organisation,
)
grant("tasks.edit_need", owns_it)
grant("tasks.submit_need", owns_it)
grant("tasks.withdraw_need", owns_it)
grant("tasks.triage_need", has_role(Role.OFFICER, Role.SECRETARY))

grant("tasks.list_orders", has_role(*STAFF, Role.AUDITOR), reads=True)
grant("tasks.draft_order", has_role(Role.OFFICER))
grant("tasks.edit_order", has_role(Role.OFFICER))
grant("tasks.send_order_to_council", has_role(Role.OFFICER, Role.SECRETARY))
grant("tasks.conclude_order", has_role(Role.OFFICER, Role.SECRETARY))
grant("tasks.list_order", has_role(Role.OFFICER))
grant("tasks.approve_orders", has_role(Role.LEADER), dangerous=True)
grant("tasks.reject_order", has_role(Role.LEADER))
grant("tasks.cancel_order", has_role(Role.OFFICER, Role.LEADER))
grant("tasks.call_order", has_role(Role.OFFICER, Role.LEADER))

grant("tasks.create_task", has_role(Role.OFFICER, Role.LEADER))
# Where a funded task stands follows its contract and its acceptance.
grant("tasks.set_state", has_role(Role.OFFICER, Role.LEADER, Role.SECRETARY))
grant("tasks.import_tasks", has_role(Role.OFFICER))
# What is published is corrected by a second person, who confirms what was proposed.
grant("tasks.correct", has_role(Role.OFFICER, Role.LEADER))
# Another class: closing further is an officer's at once, opening takes a second person.
grant("tasks.raise_class", has_role(Role.OFFICER, Role.LEADER))
grant("tasks.lower_class", has_role(Role.LEADER) & did_not_close_it, dangerous=True)
grant(
    "tasks.see_class",
    has_role(Role.OFFICER, Role.LEADER, Role.AUDITOR),
    reads=True,
)
grant("tasks.enter_classified", has_role(Role.OFFICER))
# Which goal of a plan a need, an order, a task serves; of archives as well.
grant("tasks.link_goal", has_role(Role.OFFICER))


def _needs(actor: Actor) -> Q:
    """A draft is its maker's and its organisation's alone until it is submitted."""
    if actor.has(Role.AUDITOR):
        return EVERYTHING
    if actor.user_id is None:
        return NOTHING
    seen = Q(created_by_id=actor.user_id)
    if actor.manages:
        seen |= Q(organisation_id__in=actor.manages)
    if actor.has(*STAFF):
        seen |= ~Q(case__state=State.DRAFT) & ~Q(
            case__state=State.WITHDRAWN, submitted_at=None
        )
    return seen


_barring: list[Callable[[Actor], Any]] = []


def hide_from(source: Callable[[Actor], Any]) -> None:
    """Say who is barred from which orders by a conflict of interest (councils know).

    ``source`` gives ids as a subquery, or nothing for who is barred from none.
    """
    _barring[:] = [source]


def _but_barred(actor: Actor, column: str) -> Q:
    for source in _barring:
        if (ids := source(actor)) is not None:
            return ~Q(**{f"{column}__in": ids})
    return EVERYTHING


def _closed() -> Q:
    """What everybody may not know of today.

    The day is the database's: what one may know is worded once and asked for days.
    """
    today = TruncDate(Now())
    return Q(secrecy__in=(Secrecy.INTERNAL, Secrecy.CLASSIFIED)) | Q(
        secrecy=Secrecy.EMBARGO, open_from__gt=today
    )


def closed_orders() -> QuerySet[Order]:
    """Orders that everybody may not know of today, whatever their state."""
    return Order.objects.filter(_closed()).order_by()


def closed_tasks() -> QuerySet[Task]:
    """Task files that everybody may not know of today."""
    return Task.objects.filter(_closed()).order_by()


def _is_closed(rows: QuerySet[Any], column: str = "pk") -> Q:
    return Q(**{f"{column}__in": rows.values("pk")})


def _unknown(actor: Actor, model: type[Order | Task], column: str = "pk") -> Q:
    """State secrets: of leaders, auditors, and of who entered one or closed it."""
    if actor.has(Role.LEADER, Role.AUDITOR):
        return NOTHING
    rows = model._default_manager.filter(secrecy=Secrecy.CLASSIFIED).exclude(
        classed_by_id=actor.user_id or 0
    )
    return Q(**{f"{column}__in": rows.order_by().values("pk")})


def _orders(actor: Actor) -> Q:
    """The office knows all of them but those it is barred from until they are public.

    Of what is closed to everybody, whoever it is assigned to directly knows too.
    """
    decided = Q(case__state__in=PUBLIC_ORDERS)
    public = decided & ~_is_closed(closed_orders())
    if actor.has(*STAFF, Role.AUDITOR):
        barred = _but_barred(actor, "pk")
        return (barred | public if barred else EVERYTHING) & ~_unknown(actor, Order)
    if houses := actor.member_of | actor.manages:
        inside = ~Q(secrecy=Secrecy.CLASSIFIED)
        return public | (decided & Q(assigned_host_id__in=houses) & inside)
    return public


def _tasks(actor: Actor) -> Q:
    """A task file is opened when the letters are released: public from its first day.

    A closed one is known to the office, its leader and its host.
    """
    if actor.has(*STAFF, Role.AUDITOR):
        return ~_unknown(actor, Task)
    public = ~_is_closed(closed_tasks())
    inside = NOTHING
    if houses := actor.member_of | actor.manages:
        inside |= Q(host_id__in=houses)
    if actor.person_id is not None:
        inside |= Q(leader_id=actor.person_id)
    return public | (inside & ~Q(secrecy=Secrecy.CLASSIFIED)) if inside else public


def _order_lists(actor: Actor) -> Q:
    if actor.has(*STAFF, Role.AUDITOR):
        return EVERYTHING
    return Q(state=ListState.APPROVED)


def _products(actor: Actor) -> Q:
    decided = Q(order__case__state__in=PUBLIC_ORDERS)
    public = decided & ~_is_closed(closed_orders(), "order_id")
    if actor.has(*STAFF, Role.AUDITOR):
        barred = _but_barred(actor, "order_id")
        secret = _unknown(actor, Order, "order_id")
        return (barred | public if barred else EVERYTHING) & ~secret
    return public


def _file_of_need(actor: Actor, file: StoredFile) -> bool:
    """Whoever may know of the need reads its files."""
    public_id = file.subject.partition(":")[2]
    return visible(actor, Need.objects.filter(public_id=public_id)).exists()


sees(Need, _needs)
sees(Order, _orders)
sees(OrderList, _order_lists)
sees(OrderProduct, _products)
sees(Task, _tasks)
hold_back("tasks.order", closed_orders)
hold_back("tasks.task", closed_tasks)
files_access("tasks.need", _file_of_need)
