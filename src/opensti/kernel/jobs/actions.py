"""Ask for work, stop it, ask again. The work itself is done by ``worker``.

A job is asked for in the transaction of the act that needs it: both are there or
neither. The acts a job does are recorded by the actions it calls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from opensti.kernel.access import Actor, Role
from opensti.kernel.jobs import registry
from opensti.kernel.jobs.models import UNFINISHED, Job, JobState
from opensti.kernel.jobs.queue import send
from opensti.kernel.refusals import AccessDenied, NotFound, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.db.models import QuerySet


def enqueue(
    kind: str,
    *,
    actor: Actor,
    at: datetime,
    payload: Mapping[str, Any] | None = None,
    subject: str = "",
    unique_key: str = "",
) -> Job:
    """Ask for work of a kind; ``payload`` is JSON.

    While a job with the same ``unique_key`` is unfinished, that one is returned: a
    double click asks once. An unknown kind raises ``KeyError``.
    """
    registry.kind(kind)
    try:
        with transaction.atomic():
            job = Job.objects.create(
                kind=kind,
                subject=subject,
                unique_key=unique_key,
                payload=dict(payload or {}),
                actor_id=actor.user_id,
                actor_name=actor.name,
                asked_at=at,
                not_before=at,
            )
            send(job)
    except IntegrityError:
        twin = Job.objects.filter(unique_key=unique_key, state__in=UNFINISHED).first()
        if not unique_key or twin is None:
            raise
        return twin
    return job


@transaction.atomic
def cancel(*, actor: Actor, public_id: str, at: datetime) -> Job:
    """Stop a waiting job now, a running one between two pieces of its work."""
    job = _locked(actor, public_id)
    if job.is_finished:
        raise StepNotAllowed(_("The work has ended already."))
    _require_owner(actor, job)
    job.cancel_requested = True
    if job.state == JobState.WAITING:
        job.state, job.ended_at = JobState.CANCELLED, at
    job.save(update_fields=["cancel_requested", "state", "ended_at"])
    return job


@transaction.atomic
def retry(*, actor: Actor, public_id: str, at: datetime) -> Job:
    """Ask again for work that failed or was cancelled; it goes on where it stopped."""
    job = _locked(actor, public_id)
    if job.state not in {JobState.FAILED, JobState.CANCELLED}:
        raise StepNotAllowed(
            _("Only work that failed or was cancelled is tried again.")
        )
    _require_owner(actor, job)
    twins = Job.objects.filter(unique_key=job.unique_key, state__in=UNFINISHED)
    if job.unique_key and twins.exists():
        raise StepNotAllowed(_("The same work is under way already."))
    job.state, job.tries, job.cancel_requested = JobState.WAITING, 0, False
    job.message, job.mend, job.fault = "", "", ""
    job.not_before, job.ended_at = at, None
    job.save()
    send(job)
    return job


def jobs_of(actor: Actor) -> QuerySet[Job]:
    """Return the jobs a person asked for, newest first."""
    if actor.user_id is None:
        return Job.objects.none()
    return Job.objects.filter(actor_id=actor.user_id)


def job_for(actor: Actor, public_id: str) -> Job:
    """Return a job the person may know of: an own one, or any for an administrator."""
    jobs = Job.objects.all() if actor.has(Role.ADMIN) else jobs_of(actor)
    job = jobs.filter(public_id=public_id).first()
    if job is None:
        raise NotFound
    return job


def _locked(actor: Actor, public_id: str) -> Job:
    found = job_for(actor, public_id)
    return Job.objects.select_for_update().get(pk=found.pk)


def _require_owner(actor: Actor, job: Job) -> None:
    if job.actor_id != actor.user_id and not actor.has(Role.ADMIN):
        raise AccessDenied(
            _("The work was asked for by somebody else."), who=job.actor_name
        )


def forget_actor(*, user_id: int) -> int:
    """Forget what somebody was called who asked for work, and what ended work said."""
    rows = Job.objects.filter(actor_id=user_id)
    rows.exclude(state__in=UNFINISHED).update(message="", mend="", fault="")
    return rows.update(actor_name="")
