"""Work that a worker does for contracts: the year's end, and what days passing bring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.timezone import now

from opensti.domains.contracts.actions import (
    escalate_overdue,
    mail_telling,
    refresh_lights,
)
from opensti.domains.contracts.actions.exporting import EXPORT_JOB, write_export
from opensti.domains.contracts.queries import unmailed_tellings
from opensti.kernel.access import SYSTEM
from opensti.kernel.jobs.actions import enqueue
from opensti.kernel.jobs.registry import every, job

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from opensti.kernel.jobs.work import Work

MAIL_JOB = "contracts.mail_tellings"


@job(EXPORT_JOB)
def export_settlements(work: Work) -> Mapping[str, Any]:
    """Write the workbook; begun anew after a stop, for it is kept only when whole."""
    kept = write_export(
        actor=work.actor,
        year=int(work.payload["year"]),
        language=str(work.payload["language"]),
        at=now(),
        told=lambda done, total: work.progress(done, total=total),
    )
    return {"file": kept.public_id, "size": kept.size}


@every(seconds=3600, name="contracts.lights", atomic=False)
def count_lights(at: datetime) -> int:
    """Days pass without any act: count the lights of all running contracts anew."""
    return refresh_lights(at=at)


@every(seconds=3600, name="contracts.escalate_overdue")
def remind(at: datetime) -> int:
    """Note who must be told of reports that are due or late, and ask for the mails."""
    new = escalate_overdue(at=at)
    if unmailed_tellings(at):
        enqueue(MAIL_JOB, actor=SYSTEM, at=at, unique_key=MAIL_JOB)
    return new


@job(MAIL_JOB)
def mail_tellings(work: Work) -> Mapping[str, Any]:
    """Mail each reminder; those that went out before a stop are passed over."""
    waiting = unmailed_tellings(now())
    failed = 0
    for done, telling_id in enumerate(waiting, start=1):
        telling = mail_telling(telling_id=telling_id, at=now())
        failed += telling.mailed_at is None
        work.progress(done, total=len(waiting))
    return {"mailed": len(waiting) - failed, "failed": failed}
