"""What is told and sent by itself: changes of the register, and deliveries of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.timezone import now

from opensti.domains.publications.actions.changes import tell_changes
from opensti.domains.publications.actions.sending import (
    forget_deliveries,
    put_on_the_way,
    send_due,
)
from opensti.domains.publications.queries.webhooks import due_endpoints
from opensti.kernel.access import SYSTEM
from opensti.kernel.jobs.actions import enqueue
from opensti.kernel.jobs.registry import every, job

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from opensti.kernel.jobs.work import Work

SEND_JOB = "publications.send_changes"
DAILY = 24 * 3600


@every(seconds=15, name="publications.tell_changes", atomic=False)
def tell(at: datetime) -> None:
    """Tell what changed, and ask for its sending: a job for each address that waits."""
    tell_changes(at=at)
    put_on_the_way(at=at)
    for pk in due_endpoints(at):
        enqueue(
            SEND_JOB,
            actor=SYSTEM,
            at=at,
            payload={"endpoint": pk},
            unique_key=f"{SEND_JOB}:{pk}",
        )


@job(SEND_JOB, tries=1)
def send(work: Work) -> Mapping[str, Any]:
    """Send what is due for one address; one that hangs holds nobody else up for long."""
    return {"arrived": send_due(endpoint_id=int(work.payload["endpoint"]), at=now())}


@every(seconds=DAILY, name="publications.forget_deliveries")
def forget(at: datetime) -> None:
    """Keep the log of deliveries for thirty days."""
    forget_deliveries(at=at)
