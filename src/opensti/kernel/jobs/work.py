"""The hand a running job holds: report progress, notice a cancellation, go on later."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from opensti.kernel.access import SYSTEM, Actor
from opensti.kernel.jobs.models import Job, JobState
from opensti.kernel.jobs.registry import actor_of

if TYPE_CHECKING:
    from collections.abc import Mapping

REPORT_SECONDS = 0.5


class Cancelled(Exception):  # noqa: N818 -- reads as what happened
    """Somebody asked to stop; raised by ``progress`` between two pieces of work."""


class Lost(Exception):  # noqa: N818 -- reads as what happened
    """The job is no longer this worker's; it stops without a trace."""


class Work:
    """What a job's function receives."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._reported = 0.0

    @property
    def payload(self) -> dict[str, Any]:
        payload: dict[str, Any] = self.job.payload
        return payload

    @property
    def checkpoint(self) -> dict[str, Any]:
        """What the last ``progress(checkpoint=…)`` kept, or nothing."""
        checkpoint: dict[str, Any] = self.job.checkpoint
        return checkpoint

    @property
    def actor(self) -> Actor:
        """The person the job works for, with today's roles (the system, if nobody)."""
        return SYSTEM if self.job.actor_id is None else actor_of(self.job.actor_id)

    def progress(
        self,
        done: int,
        *,
        total: int | None = None,
        message: str | None = None,
        checkpoint: Mapping[str, Any] | None = None,
    ) -> None:
        """Report ``done`` pieces of ``total``; raise ``Cancelled`` if asked to stop.

        Call it between two pieces, outside their transaction (or in it, together with
        ``checkpoint``, when both must be kept or lost together). Reports without a
        checkpoint are written at most twice a second.
        """
        now = time.monotonic()
        if checkpoint is None and done and now - self._reported < REPORT_SECONDS:
            return
        self._reported = now
        changes: dict[str, Any] = {"done": done}
        if total is not None:
            changes["total"] = total
        if message is not None:
            changes["message"] = message
        if checkpoint is not None:
            changes["checkpoint"] = dict(checkpoint)
        mine = Job.objects.filter(
            pk=self.job.pk, state=JobState.RUNNING, worker=self.job.worker
        )
        if not mine.update(**changes):
            raise Lost
        for name, value in changes.items():
            setattr(self.job, name, value)
        if mine.filter(cancel_requested=True).exists():
            raise Cancelled
