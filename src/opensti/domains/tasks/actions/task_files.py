"""The task file: opened when the letter that approves a dossier is released."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.domains.tasks.choices import Secrecy, TaskState
from opensti.domains.tasks.events import TaskCreated
from opensti.domains.tasks.models import Order, Task
from opensti.domains.tasks.problem import task_search_text
from opensti.domains.tasks.queries import task_subject
from opensti.kernel.access import require
from opensti.kernel.events import publish
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import NotFound, StepNotAllowed

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

    from opensti.kernel.access import Actor


class Named(Protocol):
    """An organisation, as far as a task file copies it."""

    name_vi: str


class Led(Protocol):
    full_name: str


class Approved(Protocol):
    """What a task file takes from the dossier it was approved by (a higher domain)."""

    code: str
    title_vi: str
    title_en: str
    abstract_vi: str
    abstract_en: str
    order_id: int | None
    host_id: int
    leader_id: int | None

    @property
    def host(self) -> Named: ...
    @property
    def leader(self) -> Led | None: ...


@transaction.atomic
def create_task(
    *,
    actor: Actor,
    dossier: Approved,
    amount: Decimal | None,
    decision_number: str,
    at: datetime,
    code: str = "",
    regime_code: str = "",
    scheme: str = "",
    start: date | None = None,
    end: date | None = None,
) -> Task:
    """Open the public file of a task. Call it when its letter is released, not before.

    It serves the goal of its order, also one that was closed since, and has its class: of
    a closed one the record shows everybody a commitment alone.
    """
    require(actor, "tasks.create_task")
    order = Order.objects.filter(pk=dossier.order_id or 0).first()
    task = Task(
        code=(code or dossier.code)[:60],
        title_vi=dossier.title_vi,
        title_en=dossier.title_en,
        abstract_vi=dossier.abstract_vi,
        abstract_en=dossier.abstract_en,
        state=TaskState.APPROVED,
        order_id=dossier.order_id,
        goal_id=order.goal_id if order else None,
        secrecy=order.secrecy if order else Secrecy.OPEN,
        open_from=order.open_from if order else None,
        classed_by_id=order.classed_by_id if order else None,
        classed_reason=order.classed_reason if order else "",
        classed_basis=order.classed_basis if order else "",
        regime_code=regime_code,
        host_id=dossier.host_id,
        host_name=dossier.host.name_vi[:300],
        leader_id=dossier.leader_id,
        leader_name=dossier.leader.full_name[:300] if dossier.leader else "",
        scheme=scheme[:300],
        year=localdate(at).year,
        start=start,
        end=end,
        amount=amount,
        language="vi",
    )
    task.search_text = task_search_text(task)
    task.save()
    record(
        actor=actor,
        act="tasks.create",
        subject=task_subject(task.public_id),
        at=at,
        basis=decision_number,
        public=True,
        detail={
            "dossier": dossier.code,
            "title_vi": dossier.title_vi,
            "amount": "" if amount is None else f"{amount:f}",
            "decision": decision_number,
        },
    )
    publish(TaskCreated(task_id=task.pk, at=at))
    return task


# What a task may become from what it is; an archived one is somebody else's and stays.
_MOVES: dict[TaskState, frozenset[TaskState]] = {
    TaskState.APPROVED: frozenset({TaskState.RUNNING, TaskState.STOPPED}),
    TaskState.RUNNING: frozenset(
        {TaskState.RUNNING, TaskState.ACCEPTED, TaskState.STOPPED}
    ),
    TaskState.ACCEPTED: frozenset(),
    TaskState.STOPPED: frozenset(),
    TaskState.ARCHIVED: frozenset(),
}


@transaction.atomic
def set_task_state(
    *,
    actor: Actor,
    task_id: int,
    state: TaskState,
    at: datetime,
    basis: str = "",
    start: date | None = None,
    end: date | None = None,
) -> Task:
    """Say where a task stands: running (with its days), accepted or stopped.

    Days that are not given stay as they are; a running task may be given other days.
    Raises ``StepNotAllowed`` for a way back.
    """
    task = Task.objects.select_for_update().filter(pk=task_id).first()
    if task is None:
        raise NotFound
    if state not in _MOVES[TaskState(task.state)]:
        raise StepNotAllowed(
            _("A task that is %(old)s cannot become %(new)s.")
            % {"old": TaskState(task.state).label, "new": TaskState(state).label},
            mend=_("Look at its task file: it says where the task stands."),
        )
    require(actor, "tasks.set_state", task)
    task.state = state
    task.start, task.end = start or task.start, end or task.end
    task.save(update_fields=["state", "start", "end"])
    record(
        actor=actor,
        act="tasks.set_state",
        subject=task_subject(task.public_id),
        at=at,
        basis=basis,
        public=True,
        detail={
            "state": str(state),
            "start": task.start.isoformat() if task.start else "",
            "end": task.end.isoformat() if task.end else "",
        },
    )
    return task
