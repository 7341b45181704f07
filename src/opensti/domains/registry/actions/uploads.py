"""A table handed in by browser: received, its columns matched, then run as a job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.registry.actions.imports import import_chunk, start_import
from opensti.domains.registry.choices import ImportKind, ImportStatus
from opensti.domains.registry.models import ImportRun
from opensti.domains.registry.queries.columns import guess_mapping, missing_columns
from opensti.domains.registry.queries.tables import (
    headings_of,
    mapped,
    rows_of_run,
)
from opensti.kernel.access import get_visible, require
from opensti.kernel.files import actions as files
from opensti.kernel.files import store
from opensti.kernel.jobs.actions import enqueue
from opensti.kernel.refusals import Invalid, Problem, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.core.files.base import File

    from opensti.domains.registry.actions.imports import RowResult
    from opensti.kernel.access import Actor

PREVIEWED = 10


@transaction.atomic
def receive_table(
    *, actor: Actor, kind: str, source: str, file: File[bytes], at: datetime
) -> ImportRun:
    """Take a file in and guess what its columns mean; nothing is imported yet.

    Raises ``Invalid`` for a file that is too large, of another type, or no table.
    """
    if kind not in ImportKind or kind == ImportKind.ROR:
        raise Invalid([Problem(field="kind", message=_("Choose what the file holds."))])
    run = start_import(
        actor=actor,
        kind=kind,
        source=" ".join(source.split()) or (file.name or "")[:100],
        file_name=file.name or "",
        at=at,
    )
    kept = files.upload(
        actor=actor,
        subject=f"registry.import:{run.pk}",
        file=file,
        at=at,
        table=True,
    )
    if not kept.is_readable:
        raise StepNotAllowed(
            _("The file waits for the virus scanner."),
            mend=_("Hand it in again in some minutes."),
        )
    found = headings_of(store.clean_path(kept.sha256), kept.name)
    run.file_id = kept.public_id
    run.mapping = guess_mapping(kind=kind, headings=found)
    run.save(update_fields=["file_id", "mapping"])
    return run


def preview_rows(
    *, actor: Actor, run_id: int, mapping: Mapping[str, str], at: datetime
) -> list[tuple[dict[str, Any], RowResult]]:
    """The first rows as they would be read, each with what would become of it."""
    require(actor, "registry.import")
    run = get_visible(actor, ImportRun.objects.all(), pk=run_id)
    rows = []
    for number, cells in rows_of_run(run):
        rows.append((number, mapped(cells, mapping)))
        if len(rows) == PREVIEWED:
            break
    results = import_chunk(
        actor=actor, kind=run.kind, rows=rows, source=run.source, at=at, dry_run=True
    )
    return [(row, result) for (_n, row), result in zip(rows, results, strict=True)]


@transaction.atomic
def launch_import(
    *,
    actor: Actor,
    run_id: int,
    mapping: Mapping[str, str],
    dry_run: bool,
    at: datetime,
) -> ImportRun:
    """Have the whole file read by the worker: for trial, or in earnest.

    Raises ``StepNotAllowed`` while it runs or when it came in already.
    """
    run = get_visible(
        actor, ImportRun.objects.select_for_update(of=("self",)), pk=run_id
    )
    if run.status == ImportStatus.RUNNING:
        raise StepNotAllowed(
            _("This file is being imported."), mend=_("Wait until it has finished.")
        )
    if run.status == ImportStatus.DONE and not run.dry_run:
        raise StepNotAllowed(
            _("This file came in already."),
            mend=_("Mend the refused rows and hand the file in again."),
        )
    require(actor, "registry.import")
    absent = missing_columns(kind=run.kind, mapping=mapping)
    if absent:
        raise Invalid(
            [
                Problem(
                    field=column.name,
                    message=_("No column is chosen for “%(name)s”.")
                    % {"name": column.label},
                    mend=_("Choose the column that holds it."),
                )
                for column in absent
            ]
        )
    run.mapping = dict(mapping)
    run.dry_run = dry_run
    run.status = ImportStatus.RUNNING
    run.finished_at = None
    run.rows_done = run.created = run.changed = run.unchanged = run.refused = 0
    run.errors = []
    run.save()
    job = enqueue(
        "registry.import",
        actor=actor,
        at=at,
        payload={"run": run.pk},
        subject=f"registry.import:{run.pk}",
        unique_key=f"registry.import:{run.pk}",
    )
    run.job_id = job.public_id
    run.save(update_fields=["job_id"])
    return run
