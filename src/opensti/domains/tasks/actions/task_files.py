"""The task file: opened when the letter that approves a dossier is released."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from django.db import transaction
from django.utils.timezone import localdate

from opensti.domains.tasks.choices import TaskState
from opensti.domains.tasks.events import TaskCreated
from opensti.domains.tasks.models import Task
from opensti.domains.tasks.problem import task_search_text
from opensti.domains.tasks.queries import task_subject
from opensti.kernel.access import require
from opensti.kernel.events import publish
from opensti.kernel.record.actions import record

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
    """Open the public file of a task. Call it when its letter is released, not before."""
    require(actor, "tasks.create_task")
    task = Task(
        code=(code or dossier.code)[:60],
        title_vi=dossier.title_vi,
        title_en=dossier.title_en,
        abstract_vi=dossier.abstract_vi,
        abstract_en=dossier.abstract_en,
        state=TaskState.APPROVED,
        order_id=dossier.order_id,
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
