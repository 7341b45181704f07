"""Put a job before the workers, and do it once when one of them takes it.

Behind it stands django-tasks with its database backend: a message per job, written in
the caller's transaction. The job's own row decides: a message that comes twice, or for
a cancelled job, does nothing.
"""

from __future__ import annotations

import traceback
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task
from structlog.contextvars import bound_contextvars

from opensti.kernel.jobs import registry
from opensti.kernel.jobs.models import Job, JobState
from opensti.kernel.jobs.work import Cancelled, Lost, Work
from opensti.kernel.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

BACKOFF_SECONDS = 5
MAX_FAULT = 8000
logger = structlog.get_logger(__name__)
# Whose hands the jobs of this process are in; set by ``worker.run_worker``.
_worker = {"id": ""}


def work_as(worker: str) -> None:
    """Name the worker that this process is."""
    _worker["id"] = worker


def this_worker() -> str:
    return _worker["id"]


def send(job: Job) -> None:
    """Put a waiting job before the workers, not before ``job.not_before``."""
    if job.not_before > timezone.now():
        message = run_job.using(run_after=job.not_before).enqueue(job.pk)
    else:
        message = run_job.enqueue(job.pk)
    job.task_id = str(message.id)
    Job.objects.filter(pk=job.pk).update(task_id=job.task_id)


@task()
def run_job(job_id: int) -> None:
    """Do one job; whatever goes wrong is kept in its row."""
    taken = Job.objects.filter(pk=job_id, state=JobState.WAITING).update(
        state=JobState.RUNNING,
        worker=_worker["id"],
        tries=F("tries") + 1,
        started_at=timezone.now(),
        message="",
        mend="",
    )
    if not taken:
        return
    job = Job.objects.get(pk=job_id)
    with bound_contextvars(job=job.public_id, kind=job.kind):
        _do(job)


def _do(job: Job) -> None:
    try:
        result = registry.kind(job.kind).do(Work(job))
    except Cancelled:
        _end(job, JobState.CANCELLED)
    except Lost:
        logger.warning("jobs.lost")
    except Refusal as refusal:
        # The same input would be refused again: no further try.
        _end(job, JobState.FAILED, message=str(refusal), mend=str(refusal.mend))
    except Exception:  # the job's fault is not the worker's end
        logger.exception("jobs.fault")
        _try_again(job, traceback.format_exc()[-MAX_FAULT:])
    else:
        _end(job, JobState.DONE, result=dict(result or {}))


def _end(
    job: Job,
    state: JobState,
    *,
    result: Mapping[str, Any] | None = None,
    **changes: str,
) -> None:
    row: dict[str, Any] = {"state": state, "ended_at": timezone.now(), **changes}
    if result is not None:
        row["result"] = result
    Job.objects.filter(pk=job.pk, state=JobState.RUNNING, worker=job.worker).update(
        **row
    )


def _try_again(job: Job, fault: str) -> None:
    kind = registry.kind(job.kind)
    Job.objects.filter(pk=job.pk).update(fault=fault)
    if job.tries >= kind.tries:
        _end(
            job,
            JobState.FAILED,
            message=_("The work failed; the reason is in the log."),
            mend=_("Try it again later, or tell an administrator."),
        )
        return
    wait = timedelta(seconds=BACKOFF_SECONDS * 2 ** (job.tries - 1))
    requeue(job, delay=wait, message=_("It did not work; it will be tried again."))


@transaction.atomic
def requeue(job: Job, *, delay: timedelta, message: str) -> None:
    """Let a running job wait again (after a fault, or after its worker died)."""
    job.not_before = timezone.now() + delay
    mine = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, worker=job.worker)
    if mine.update(
        state=JobState.WAITING, not_before=job.not_before, message=message, worker=""
    ):
        send(job)
