"""The background worker: takes jobs, keeps the regular acts, mends what a crash left.

Run as many as you like on PostgreSQL. ``kill -9`` at any moment loses nothing: a job
whose worker died waits again and goes on from its checkpoint.
"""

from __future__ import annotations

import os
import secrets
import socket
import time
from contextlib import nullcontext
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from django.db import close_old_connections, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from opensti.kernel.jobs import registry
from opensti.kernel.jobs.liveness import alive, is_alive
from opensti.kernel.jobs.models import Job, JobState, Tick
from opensti.kernel.jobs.queue import requeue, send, this_worker, work_as
from opensti.kernel.jobs.registry import every
from opensti.kernel.stackroom import with_room

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

POLL_SECONDS = 0.5
UPKEEP_SECONDS = 15
MESSAGES_KEPT = timedelta(days=7)
MAX_DEATHS = 5
logger = structlog.get_logger(__name__)


def run_worker(
    stop: Callable[[], bool], *, poll: float = POLL_SECONDS, once: bool = False
) -> int:
    """Work until ``stop()`` is true; return how many rounds were done.

    ``once`` ends as soon as nothing is ready (tests, commands). A job under way is
    finished first.
    """
    # A machine's name, its process and a random part: never the same twice.
    name = f"{socket.gethostname()[:24]}-{os.getpid()}-{secrets.token_hex(4)}"
    before = this_worker()
    work_as(name)
    rounds, upkeep_at = 0, 0.0
    try:
        with alive(name):
            while not stop():
                close_old_connections()
                if time.monotonic() >= upkeep_at:
                    upkeep_at = time.monotonic() + UPKEEP_SECONDS
                    mend()
                keep_time(at=timezone.now())
                worked = _one_job(name)
                rounds += 1
                if not worked:
                    if once:
                        break
                    _sleep(stop, poll)
    finally:
        work_as(before)
    return rounds


@with_room
def _one_job(name: str) -> bool:
    """Take and do at most one message; tell whether there was one."""
    worker = Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=1,
        worker_id=name,
        excluded_queue_names=[],
    )
    worker.run()
    return worker._run_tasks > 0


def _sleep(stop: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not stop() and time.monotonic() < until:
        time.sleep(min(0.1, seconds))


def keep_time(*, at: datetime) -> list[str]:
    """Do the regular acts whose time has come; return their names.

    A fault in one is logged and hinders neither the others nor the worker.
    """
    done = []
    for regular in registry.regulars():
        if not _claim(regular, at):
            continue
        try:
            with transaction.atomic() if regular.atomic else nullcontext():
                regular.act(at)
        except Exception:
            logger.exception("jobs.regular_act_failed", act=regular.name)
        done.append(regular.name)
    return done


def _claim(regular: registry.Regular, at: datetime) -> bool:
    tick, new = Tick.objects.get_or_create(name=regular.name, defaults={"begun_at": at})
    if new:
        return True
    if tick.begun_at > at - regular.interval:
        return False
    claimed = Tick.objects.filter(pk=tick.pk, begun_at=tick.begun_at)
    return claimed.update(begun_at=at) == 1


def mend() -> int:
    """Let jobs wait again whose worker died; return how many."""
    mended = 0
    for job in Job.objects.filter(state=JobState.RUNNING):
        if job.worker == this_worker() or is_alive(job.worker):
            continue
        mended += 1
        if job.tries >= MAX_DEATHS:
            Job.objects.filter(
                pk=job.pk, state=JobState.RUNNING, worker=job.worker
            ).update(
                state=JobState.FAILED,
                ended_at=timezone.now(),
                message=_("The worker was stopped in the middle several times."),
                mend=_("An administrator looks at the log before it is tried again."),
            )
        else:
            requeue(job, delay=timedelta(0), message=_("Interrupted; it goes on."))
    for job in Job.objects.filter(state=JobState.WAITING):
        if _message_is_lost(job):
            mended += 1
            send(job)
    return mended


def _message_is_lost(job: Job) -> bool:
    """Tell whether a worker died between taking the message and taking the job."""
    if not job.task_id:
        return True
    message = DBTaskResult.objects.filter(pk=job.task_id).first()
    if message is None:
        return True
    if message.status == TaskResultStatus.READY:
        return False
    takers = message.worker_ids or [""]
    return takers[-1] != this_worker() and not is_alive(takers[-1])


@every(seconds=24 * 3600, name="jobs.forget_messages")
def forget_messages(at: datetime) -> int:
    """Delete messages that were dealt with a week ago; the jobs stay."""
    old = DBTaskResult.objects.finished().filter(finished_at__lt=at - MESSAGES_KEPT)
    return old.delete()[0]
