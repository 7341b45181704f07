"""What the worker does for councils: look for conflicts of interest."""

"""What the worker does for councils: look for conflicts, know who knows what, compute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.timezone import now

from opensti.domains.panels.actions import (
    compute_run,
    fail_run,
    find_conflicts,
    look_again,
    rank_wanted,
    refresh_rankings,
    want_rankings,
)
from opensti.domains.panels.actions.computing import FORM_JOB, STEPS
from opensti.kernel.jobs.registry import every, job
from opensti.kernel.jobs.work import Cancelled, Lost

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any

    from opensti.kernel.jobs.work import Work

LATER = 600
SOON, LATER, SELDOM = 20, 600, 3600
TRIES = 2


@job("panels.find_conflicts")
def find(work: Work) -> Mapping[str, Any]:
    """Look through one call; it can be done again without harm."""
    search = find_conflicts(
        actor=work.actor, at=now(), call_id=int(work.payload["call"])
    )
    return {"people": search.people, "dossiers": search.things}


@every(seconds=LATER, name="panels.look_again", atomic=False)
def find_again(at: datetime) -> int:
    return look_again(at=at)


@every(seconds=SOON, name="panels.rank_experts", atomic=False)
def rank_waiting(at: datetime) -> int:
    """Rank the experts for cases that came before a council or were asked about."""
    want_rankings(at=at)
    return rank_wanted(at=at)


@every(seconds=SELDOM, name="panels.refresh_experts", atomic=False)
def follow_the_registry(at: datetime) -> int:
    """Let rankings follow works, people and words that changed."""
    return refresh_rankings(at=at)


@job(FORM_JOB, tries=TRIES)
def form_councils(work: Work) -> Mapping[str, Any]:
    """Freeze, solve, keep; what was kept before a stop is not frozen again."""
    run_id = int(work.payload["run"])

    def told(done: int, message: str) -> None:
        work.progress(done, total=STEPS, message=message)

    try:
        run = compute_run(actor=work.actor, run_id=run_id, at=now(), progress=told)
    except Lost:
        raise
    except Cancelled:
        fail_run(run_id=run_id, at=now())
        raise
    except Exception:
        if work.job.tries >= TRIES:
            fail_run(run_id=run_id, at=now())
        raise
    return {"run": run.number, "state": run.state}
