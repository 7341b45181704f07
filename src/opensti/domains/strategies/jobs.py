"""Work that a worker does for strategies: answer, analyse, remind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.timezone import now

from opensti.domains.strategies.actions import analyse_version, remind_agencies
from opensti.domains.strategies.actions.accounts import (
    ACCOUNT_JOB,
    compute_account,
    fail_account,
)
from opensti.domains.strategies.queries.account_words import fault_words
from opensti.domains.strategies.queries.indices import ANALYSE_JOB
from opensti.kernel.jobs.registry import every, job
from opensti.kernel.jobs.work import Cancelled, Lost

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from opensti.kernel.jobs.work import Work

TRIES = 2
DAILY = 24 * 3600


@job(ANALYSE_JOB, tries=2)
def analyse_index(work: Work) -> Mapping[str, Any]:
    """Rank intervals and sensitivity of a version; repeats harmlessly."""

    def told(done: int, message: str) -> None:
        work.progress(done, total=100, message=message)

    version = analyse_version(
        actor=work.actor,
        version_id=int(work.payload["version"]),
        runs=int(work.payload["runs"]),
        seed=int(work.payload["seed"]),
        at=now(),
        progress=told,
    )
    return {"version": version.public_id}


@every(seconds=DAILY, name="strategies.remind_agencies", atomic=False)
def remind(at: datetime) -> None:
    """Remind whose report is asked for or late; a second run on a day adds none."""
    remind_agencies(at=at)


@job(ACCOUNT_JOB, tries=TRIES)
def answer_account(work: Work) -> Mapping[str, Any]:
    """Compute; a run that has its answer before a stop keeps it."""
    # The methods take a second to load, and only this job needs them.
    from sti_methods.productivity import Faulty  # noqa: PLC0415

    run_id = int(work.payload["run"])

    def failed(why: str) -> None:
        fail_account(actor=work.actor, run_id=run_id, at=now(), why=why)

    try:
        run = compute_account(actor=work.actor, run_id=run_id, at=now())
    except Lost:
        raise
    except Cancelled:
        failed("cancelled")
        raise
    except Faulty as found:  # the same question has no answer the second time either
        failed(fault_words(found.code, found.values))
        return {"run": run_id, "state": "failed"}
    except Exception as error:
        if work.job.tries >= TRIES:
            failed(type(error).__name__)
        raise
    return {"run": run.public_id, "state": run.state}
