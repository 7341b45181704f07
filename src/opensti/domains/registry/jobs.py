"""Long work of the registry: a whole file brought in, going on where it stopped."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from opensti.domains.registry.actions import (
    CHUNK,
    cancel_import,
    finish_import,
    import_chunk,
    note_progress,
)
from opensti.domains.registry.queries import import_run, mapped, rows_of_run
from opensti.kernel.jobs.registry import job
from opensti.kernel.jobs.work import Cancelled
from opensti.kernel.refusals import Refusal

if TYPE_CHECKING:
    from opensti.domains.registry.models import ImportRun
    from opensti.kernel.jobs.work import Work

# On trial a parent may stand rows away from its child: more rows in one transaction.
TRIAL = 5_000


@job("registry.import")
def run_import(work: Work) -> dict[str, Any]:
    """Read the file in chunks; what came in before a stop is not read again."""
    run = import_run(work.actor, work.payload["run"])
    if run.finished_at is not None:
        return _counts(run)
    total = sum(1 for _row in rows_of_run(run))
    rows = islice(rows_of_run(run), run.rows_done, None)
    done = run.rows_done
    try:
        while batch := [
            (number, mapped(cells, run.mapping))
            for number, cells in islice(rows, TRIAL if run.dry_run else CHUNK)
        ]:
            results = import_chunk(
                actor=work.actor,
                kind=run.kind,
                rows=batch,
                source=run.source,
                at=timezone.now(),
                run_id=run.pk,
                dry_run=run.dry_run,
            )
            if run.dry_run:
                note_progress(run_id=run.pk, results=results)
            done += len(batch)
            work.progress(done, total=total)
    except Cancelled:
        cancel_import(actor=work.actor, run_id=run.pk, at=timezone.now())
        raise
    except Refusal as refusal:
        finish_import(
            actor=work.actor, run_id=run.pk, at=timezone.now(), failed=str(refusal)
        )
        raise
    run = finish_import(actor=work.actor, run_id=run.pk, at=timezone.now())
    return _counts(run)


def _counts(run: ImportRun) -> dict[str, Any]:
    return {
        "created": run.created,
        "changed": run.changed,
        "unchanged": run.unchanged,
        "refused": run.refused,
    }
