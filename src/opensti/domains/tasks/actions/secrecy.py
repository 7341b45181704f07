"""Classes of secrecy: closed further by an officer at once, opened by a second person.

Only commitments of these acts leave the house. The class of an order becomes that of the
task files that came of it, but for those that were given their own.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.domains.procedures import actions as procedures_actions
from opensti.domains.procedures import queries as procedures_queries
from opensti.domains.procedures.choices import TaskKind, Track
from opensti.domains.tasks.choices import Secrecy, TaskState
from opensti.domains.tasks.models import Order, Task
from opensti.domains.tasks.permissions import author_of
from opensti.domains.tasks.problem import order_search_text, task_search_text
from opensti.domains.tasks.queries import order_subject, task_subject
from opensti.kernel.access import get_visible, require
from opensti.kernel.checks import Faults
from opensti.kernel.identifiers import new_public_id
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import StepNotAllowed

if TYPE_CHECKING:
    from datetime import date, datetime

    from opensti.kernel.access import Actor

FIRST_YEAR = 1945
LONGEST_NUMBER, LONGEST_UNIT = 60, 200
# What stands where a title would: nothing of what is kept elsewhere.
NEUTRAL = {
    Order: ("Đặt hàng thuộc bí mật nhà nước", "Order that is a state secret"),
    Task: ("Nhiệm vụ thuộc bí mật nhà nước", "Task that is a state secret"),
}


@transaction.atomic
def classify_order(
    *,
    actor: Actor,
    public_id: str,
    secrecy: str,
    reason: str,
    basis: str,
    at: datetime,
    open_from: date | None = None,
) -> Order:
    """Give an order another class, and the task files that follow it.

    Raises ``NotFound``, ``AccessDenied``, ``SudoNeeded`` for opening, ``Invalid`` with each
    fault at its field, ``StepNotAllowed`` for a state secret: its papers are not kept here.
    """
    rows = Order.objects.select_for_update(of=("self",))
    found = get_visible(actor, rows, public_id=public_id)
    was = _change(actor, found, secrecy, open_from, reason, basis, at)
    found.version += 1
    found.save()
    _told(actor, "orders.classify", order_subject(public_id), found, was, at)
    following = Task.objects.select_for_update().filter(order=found, own_class=False)
    for task in following.order_by("pk"):
        before = str(task.secrecy)
        task.secrecy, task.open_from = found.secrecy, found.open_from
        task.classed_by_id = found.classed_by_id
        task.classed_reason, task.classed_basis = (
            found.classed_reason,
            found.classed_basis,
        )
        task.save()
        subject = task_subject(task.public_id)
        _told(actor, "tasks.classify", subject, task, before, at)
    return found


@transaction.atomic
def classify_task(
    *,
    actor: Actor,
    public_id: str,
    secrecy: str,
    reason: str,
    basis: str,
    at: datetime,
    open_from: date | None = None,
) -> Task:
    """Give a task file a class of its own; decision, contract and results follow it.

    Raises as ``classify_order``.
    """
    rows = Task.objects.select_for_update()
    found = get_visible(actor, rows, public_id=public_id)
    was = _change(actor, found, secrecy, open_from, reason, basis, at)
    found.own_class = True
    found.save()
    _told(actor, "tasks.classify", task_subject(public_id), found, was, at)
    return found


@transaction.atomic
def enter_classified_order(
    *,
    actor: Actor,
    number: str,
    year: int,
    unit: str,
    reason: str,
    basis: str,
    at: datetime,
) -> Order:
    """Enter that there is an order that is a state secret: number, year, unit, no more.

    It stays a draft that nobody can fill. Raises ``AccessDenied``, ``Invalid``.
    """
    require(actor, "tasks.enter_classified")
    _refuse_bad_entry(Order, number, year, unit, reason, basis, at)
    public_id = new_public_id()
    vi, en = NEUTRAL[Order]
    case = procedures_actions.open_case(
        actor=actor,
        track=Track.ORDER,
        regime_version_id=procedures_queries.regime_in_force(
            localdate(at), TaskKind.MINISTRY
        ).pk,
        subject=order_subject(public_id),
        title=vi,
        at=at,
        kind=TaskKind.MINISTRY,
    )
    made = Order(
        public_id=public_id,
        case=case,
        code=number.strip(),
        title_vi=vi,
        title_en=en,
        budget_ceiling=Decimal(),
        duration_months=0,
        created_by_id=author_of(actor),
        created_at=at,
        kept_year=year,
        kept_by=unit.strip(),
    )
    _close(actor, made, Secrecy.CLASSIFIED, None, reason, basis)
    made.search_text = order_search_text(made)
    made.save()
    _told(actor, "orders.enter_classified", order_subject(public_id), made, "", at)
    return made


@transaction.atomic
def enter_classified_task(
    *,
    actor: Actor,
    number: str,
    year: int,
    unit: str,
    reason: str,
    basis: str,
    at: datetime,
) -> Task:
    """Enter that there is a task that is a state secret: number, year, unit, no more.

    Raises ``AccessDenied``, ``Invalid``.
    """
    require(actor, "tasks.enter_classified")
    _refuse_bad_entry(Task, number, year, unit, reason, basis, at)
    author_of(actor)
    vi, en = NEUTRAL[Task]
    made = Task(
        code=number.strip(),
        title_vi=vi,
        title_en=en,
        state=TaskState.ARCHIVED,
        year=year,
        language="vi",
        own_class=True,
        kept_year=year,
        kept_by=unit.strip(),
    )
    _close(actor, made, Secrecy.CLASSIFIED, None, reason, basis)
    made.search_text = task_search_text(made)
    made.save()
    subject = task_subject(made.public_id)
    _told(actor, "tasks.enter_classified", subject, made, "", at)
    return made


def _change(  # noqa: PLR0917 -- what both acts were handed
    actor: Actor,
    found: Order | Task,
    secrecy: str,
    open_from: date | None,
    reason: str,
    basis: str,
    at: datetime,
) -> str:
    """Give the row its class, unsaved; returns the class it had."""
    faults = _reasons(reason, basis)
    if secrecy not in Secrecy.values:
        faults.add("secrecy", _("There is no such class."))
    if secrecy == Secrecy.EMBARGO and open_from is None:
        faults.add("open_from", _("The day from which it is open is needed."))
    elif secrecy == Secrecy.EMBARGO and open_from and open_from <= localdate(at):
        faults.add("open_from", _("An embargo ends on a later day than today."))
    faults.refuse()
    if secrecy != Secrecy.EMBARGO:
        open_from = None
    if (secrecy, open_from) == (found.secrecy, found.open_from):
        raise StepNotAllowed(_("It has this class already."))
    if Secrecy.CLASSIFIED in (secrecy, found.secrecy):
        raise StepNotAllowed(
            _("A state secret is not kept in this system: it is kept elsewhere."),
            mend=_(
                "Close it for the ministry and the host now, take its papers out by the rules on state secrets, and enter number, year and unit as a state secret."
            ),
        )
    closes = _rank(secrecy, open_from) > _rank(found.secrecy, found.open_from)
    require(actor, "tasks.raise_class" if closes else "tasks.lower_class", found)
    was = str(found.secrecy)
    _close(actor, found, secrecy, open_from, reason, basis)
    return was


def _rank(secrecy: str, open_from: date | None) -> tuple[int, str]:
    """How closed a class is; of two embargoes the longer one more."""
    day = open_from.isoformat() if open_from else ""
    return Secrecy.values.index(secrecy), day


def _close(  # noqa: PLR0917 -- the columns of a class
    actor: Actor,
    row: Any,
    secrecy: str,
    open_from: date | None,
    reason: str,
    basis: str,
) -> None:
    row.secrecy, row.open_from = secrecy, open_from
    row.classed_by_id = actor.user_id
    row.classed_reason, row.classed_basis = reason.strip(), basis.strip()[:200]


def _reasons(reason: str, basis: str) -> Faults:
    faults = Faults()
    if not reason.strip():
        faults.add("reason", _("A reason is needed."))
    if not basis.strip():
        faults.add("basis", _("The legal basis is needed."))
    return faults


def _refuse_bad_entry(  # noqa: PLR0917 -- what both acts were handed
    model: type[Order | Task],
    number: str,
    year: int,
    unit: str,
    reason: str,
    basis: str,
    at: datetime,
) -> None:
    faults = _reasons(reason, basis)
    if not number.strip() or len(number.strip()) > LONGEST_NUMBER:
        faults.add("number", _("A number of at most 60 characters is needed."))
    elif model._default_manager.filter(code=number.strip()).exists():
        faults.add("number", _("This number is in use."))
    if not FIRST_YEAR <= year <= localdate(at).year:
        faults.add("year", _("This is not a year."))
    if not unit.strip() or len(unit.strip()) > LONGEST_UNIT:
        faults.add("unit", _("The unit that keeps it is needed."))
    faults.refuse()


def _told(  # noqa: PLR0917 -- what an entry holds
    actor: Actor, act: str, subject: str, row: Order | Task, was: str, at: datetime
) -> None:
    """Only a commitment leaves the house, and of the reason not even the house's body."""
    record(
        actor=actor,
        act=act,
        subject=subject,
        at=at,
        detail={
            "class": str(row.secrecy),
            "was": was,
            "open_from": row.open_from.isoformat() if row.open_from else "",
        },
        secret={"reason": row.classed_reason, "basis": row.classed_basis},
    )
