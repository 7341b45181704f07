"""Who proposes needs, who turns them into orders, and who may know of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from opensti.domains.procedures.choices import State
from opensti.domains.tasks.choices import ListState
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
from opensti.kernel.refusals import AccessDenied

if TYPE_CHECKING:
    from collections.abc import Callable

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


def _orders(actor: Actor) -> Q:
    """The office knows all of them but those it is barred from until they are public."""
    public = Q(case__state__in=PUBLIC_ORDERS)
    if actor.has(*STAFF, Role.AUDITOR):
        barred = _but_barred(actor, "pk")
        return barred | public if barred else EVERYTHING
    return public


def _order_lists(actor: Actor) -> Q:
    if actor.has(*STAFF, Role.AUDITOR):
        return EVERYTHING
    return Q(state=ListState.APPROVED)


def _products(actor: Actor) -> Q:
    public = Q(order__case__state__in=PUBLIC_ORDERS)
    if actor.has(*STAFF, Role.AUDITOR):
        barred = _but_barred(actor, "order_id")
        return barred | public if barred else EVERYTHING
    return public


def _file_of_need(actor: Actor, file: StoredFile) -> bool:
    """Whoever may know of the need reads its files."""
    public_id = file.subject.partition(":")[2]
    return visible(actor, Need.objects.filter(public_id=public_id)).exists()


sees(Need, _needs)
sees(Order, _orders)
sees(OrderList, _order_lists)
sees(OrderProduct, _products)
# A task file is opened when the letters are released: public from its first day.
sees(Task, lambda _actor: EVERYTHING)
files_access("tasks.need", _file_of_need)
