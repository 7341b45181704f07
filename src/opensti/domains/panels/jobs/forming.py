"""What the worker does for councils: compute a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.timezone import now

from opensti.domains.panels.actions import compute_run, fail_run
from opensti.domains.panels.actions.computing import FORM_JOB, STEPS
from opensti.kernel.jobs.registry import job
from opensti.kernel.jobs.work import Cancelled, Lost

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opensti.kernel.jobs.work import Work

TRIES = 2


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
        fail_run(actor=work.actor, run_id=run_id, at=now())
        raise
    except Exception:
        if work.job.tries >= TRIES:
            fail_run(actor=work.actor, run_id=run_id, at=now())
        raise
    return {"run": run.number, "state": run.state}
