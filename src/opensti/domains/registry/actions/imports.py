"""Bring in rows from a file: each is one act, none is doubled, a stopped run goes on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.registry.actions.chunk import Chunk, NotYet
from opensti.domains.registry.actions.importing import KEEP, Kept
from opensti.domains.registry.actions.linking import keep_links
from opensti.domains.registry.actions.ror import row_of_ror
from opensti.domains.registry.actions.rows import digest_of, key_of
from opensti.domains.registry.choices import ImportKind, ImportStatus
from opensti.domains.registry.models import ImportRow, ImportRun
from opensti.domains.registry.queries.registry import imported
from opensti.domains.registry.queries.tables import FAULTS
from opensti.kernel.access import require
from opensti.kernel.record.actions import Act, record, record_many
from opensti.kernel.refusals import Invalid, NotFound, Problem, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from opensti.kernel.access import Actor

CHUNK = 500
ERRORS_KEPT = 5_000
OBJECT_KINDS = {
    ImportKind.ORGANISATIONS: "registry.organisation",
    ImportKind.PEOPLE: "registry.person",
    ImportKind.WORKS: "registry.work",
    ImportKind.ROR: "registry.organisation",
}
IDENTIFIERS = {
    "registry.organisation": ("key", "ror", "tax_code"),
    "registry.person": ("key", "orcid", "email"),
    "registry.work": ("key", "doi"),
}


@dataclass(frozen=True)
class RowResult:
    """What became of a row: created, changed, unchanged, or refused and why.

    Beside it what was left out without refusing the row: links to organisations that
    are not here (by ROR), and a place that lies in no province of the registry.
    """

    number: int
    key: str
    outcome: str
    object_id: int | None = None
    problems: tuple[Problem, ...] = ()
    outside: tuple[str, ...] = ()
    unplaced: str = ""


def import_organisation_row(
    *, actor: Actor, row: Mapping[str, Any], source: str, at: datetime
) -> RowResult:
    """Bring in one organisation; a row that is not right raises ``Invalid``."""
    return _one(actor, ImportKind.ORGANISATIONS, row, source, at)


def import_person_row(
    *, actor: Actor, row: Mapping[str, Any], source: str, at: datetime
) -> RowResult:
    """Bring in one person; a row that is not right raises ``Invalid``."""
    return _one(actor, ImportKind.PEOPLE, row, source, at)


def import_work_row(
    *, actor: Actor, row: Mapping[str, Any], source: str, at: datetime
) -> RowResult:
    """Bring in one work; a row that is not right raises ``Invalid``."""
    return _one(actor, ImportKind.WORKS, row, source, at)


def _one(
    actor: Actor, kind: str, row: Mapping[str, Any], source: str, at: datetime
) -> RowResult:
    result = import_chunk(actor=actor, kind=kind, rows=[(1, row)], source=source, at=at)
    if result[0].problems:
        raise Invalid(result[0].problems)
    return result[0]


@transaction.atomic
def import_chunk(
    *,
    actor: Actor,
    kind: str,
    rows: Sequence[tuple[int, Mapping[str, Any]]],
    source: str,
    at: datetime,
    run_id: int | None = None,
    dry_run: bool = False,
) -> list[RowResult]:
    """Bring in some rows in one transaction; refused rows leave no trace but their reason.

    A row is told again by its key within ``source``; one that says what it said before
    costs no query. A dry run answers the same and writes nothing.
    """
    require(actor, "registry.import")
    if kind == ImportKind.ROR:
        rows = [(number, row_of_ror(row)) for number, row in rows]
    try:
        with transaction.atomic():
            results, acts = _import(kind, rows, source, at, run_id, careful=False)
    except DatabaseError:
        # One of the rows breaks a promise of the database: find out which.
        results, acts = _import(kind, rows, source, at, run_id, careful=True)
    record_many(actor=actor, acts=acts, at=at)
    if dry_run:
        transaction.set_rollback(True)
    elif run_id is not None:
        note_progress(run_id=run_id, results=results)
    return results


def _import(
    kind: str,
    rows: Sequence[tuple[int, Mapping[str, Any]]],
    source: str,
    at: datetime,
    run_id: int | None,
    *,
    careful: bool,
) -> tuple[list[RowResult], list[Act]]:
    object_kind = OBJECT_KINDS[ImportKind(kind)]
    read: list[tuple[int, dict[str, Any], str, str]] = []
    results: dict[int, RowResult] = {}
    for number, row in rows:
        cells = dict(row)
        faults = tuple(cells.pop(FAULTS, ()))
        digest = digest_of(cells)
        key = key_of(cells, digest, IDENTIFIERS[object_kind])
        if faults:
            results[number] = RowResult(number, key, "refused", None, faults)
        else:
            read.append((number, cells, key, digest))
    known = imported(source=source, object_kind=object_kind, keys={r[2] for r in read})
    chunk = Chunk(
        source,
        at,
        known=known,
        lenient=kind == ImportKind.ROR,
        # A person's key may read like an organisation's: they are not the same.
        keys_are_organisations=object_kind == "registry.organisation",
    )
    chunk.prepare(
        object_kind,
        [
            (key, cells)
            for _number, cells, key, digest in read
            if known.get(key, (0, ""))[1] != digest
        ],
    )
    acts: list[Act] = []
    fresh: dict[str, ImportRow] = {}
    waiting = read
    while waiting:
        later = []
        for entry in waiting:
            number, cells, key, digest = entry
            if key in chunk.known and chunk.known[key][1] == digest:
                results[number] = RowResult(
                    number, key, "unchanged", chunk.known[key][0]
                )
                continue
            try:
                kept = _keep(object_kind, cells, chunk, key, careful=careful)
            except NotYet:
                chunk.forget()
                later.append(entry)
                continue
            except Invalid as refusal:
                chunk.forget()
                results[number] = RowResult(
                    number, key, "refused", None, refusal.problems
                )
                continue
            chunk.known[key] = (kept.object_id, digest)
            fresh[key] = ImportRow(
                run_id=run_id,
                source=source,
                object_kind=object_kind,
                key=key,
                object_id=kept.object_id,
                digest=digest,
            )
            results[number] = RowResult(number, key, kept.outcome, kept.object_id)
            acts.append(_act(object_kind, kept, source, key))
        # A round that settled nothing: those rows name what is not here.
        chunk.last = len(later) == len(waiting)
        waiting = later
    chunk.flush()
    acts += _linked(object_kind, chunk, source)
    _note_left_out(results, chunk)
    ImportRow.objects.bulk_create(
        fresh.values(),
        update_conflicts=True,
        unique_fields=["source", "object_kind", "key"],
        update_fields=["object_id", "digest", "run"],
    )
    return [results[number] for number, _row in rows], acts


def _linked(object_kind: str, chunk: Chunk, source: str) -> list[Act]:
    if not chunk.links:
        return []
    return [
        Act(
            act="registry.link_organisation",
            subject=f"{object_kind}:{pk}",
            detail={"source": source, "links": links},
        )
        for pk, links in keep_links(chunk).items()
    ]


def _note_left_out(results: dict[int, RowResult], chunk: Chunk) -> None:
    for number, result in results.items():
        if result.key in chunk.outside or result.key in chunk.unplaced:
            results[number] = replace(
                result,
                outside=chunk.outside.get(result.key, ()),
                unplaced=chunk.unplaced.get(result.key, ""),
            )


def _keep(
    object_kind: str, cells: dict[str, Any], chunk: Chunk, key: str, *, careful: bool
) -> Kept:
    if not careful:
        return KEEP[object_kind](cells, chunk, key)
    try:
        with transaction.atomic():
            return KEEP[object_kind](cells, chunk, key)
    except DatabaseError as error:
        raise Invalid(
            [
                Problem(
                    field="",
                    message=_("The row contradicts another entry: %(reason)s")
                    % {"reason": str(error).split("\n")[0][:200]},
                    mend=_("Compare it with the entry that has the same identifier."),
                )
            ]
        ) from error


def _act(object_kind: str, kept: Kept, source: str, key: str) -> Act:
    """What the record keeps of a row: facts of organisations open, of people committed."""
    told = {"source": source, "outcome": kept.outcome}
    subject = f"{object_kind}:{kept.object_id}"
    if object_kind == "registry.person":
        return Act(
            act="registry.import_row",
            subject=subject,
            detail=told,
            secret={"key": key, "facts": kept.facts},
        )
    return Act(
        act="registry.import_row",
        subject=subject,
        detail=told | {"key": key, "facts": kept.facts},
    )


def remember_imported(
    *, source: str, object_kind: str, rows: Mapping[str, tuple[int, str]]
) -> None:
    """Note which keys of a source became what (key -> object id, digest); for importers."""
    ImportRow.objects.bulk_create(
        (
            ImportRow(
                source=source,
                object_kind=object_kind,
                key=key,
                object_id=object_id,
                digest=digest,
            )
            for key, (object_id, digest) in rows.items()
        ),
        update_conflicts=True,
        unique_fields=["source", "object_kind", "key"],
        update_fields=["object_id", "digest"],
        batch_size=1000,
    )


@transaction.atomic
def start_import(
    *,
    actor: Actor,
    kind: str,
    source: str,
    file_name: str,
    at: datetime,
    mapping: Mapping[str, str] | None = None,
    dry_run: bool = False,
    file_id: str = "",
) -> ImportRun:
    """Open a run; its rows follow in chunks. Two runs of one source do not cross."""
    require(actor, "registry.import")
    running = ImportRun.objects.filter(
        source=source, kind=kind, status=ImportStatus.RUNNING, dry_run=False
    )
    if not dry_run and file_id and running.exists():
        raise StepNotAllowed(
            _("An import from this source is running."),
            mend=_("Wait until it has finished, or cancel it."),
        )
    run = ImportRun.objects.create(
        kind=kind,
        source=source[:100],
        file_name=file_name[:255],
        file_id=file_id,
        mapping=dict(mapping or {}),
        dry_run=dry_run,
        started_by_id=actor.user_id,
        started_at=at,
    )
    record(
        actor=actor,
        act="registry.start_import",
        subject=f"registry.import:{run.pk}",
        at=at,
        detail={"kind": str(kind), "source": run.source, "dry_run": dry_run},
    )
    return run


@transaction.atomic
def note_progress(*, run_id: int, results: Sequence[RowResult]) -> None:
    """Add a chunk's outcome to the run, in the chunk's own transaction."""
    run = ImportRun.objects.select_for_update(of=("self",)).get(pk=run_id)
    run.rows_done += len(results)
    for result in results:
        setattr(run, result.outcome, getattr(run, result.outcome) + 1)
        if result.problems and len(run.errors) < ERRORS_KEPT:
            run.errors.append(
                {
                    "row": result.number,
                    "key": result.key,
                    "problems": [
                        {
                            "field": p.field,
                            "message": str(p.message),
                            "mend": str(p.mend),
                        }
                        for p in result.problems
                    ],
                }
            )
    if run.status == ImportStatus.WAITING:
        run.status = ImportStatus.RUNNING
    run.save()


@transaction.atomic
def finish_import(
    *, actor: Actor, run_id: int, at: datetime, failed: str = ""
) -> ImportRun:
    """Close a run, with its account in the record."""
    run = ImportRun.objects.select_for_update(of=("self",)).filter(pk=run_id).first()
    if run is None:
        raise NotFound
    if run.finished_at is not None:
        raise StepNotAllowed(_("This import has ended already."))
    require(actor, "registry.import")
    run.status = ImportStatus.FAILED if failed else ImportStatus.DONE
    run.finished_at = at
    if failed:
        run.errors.append(
            {"row": 0, "key": "", "problems": [{"field": "", "message": failed[:500]}]}
        )
    run.save()
    _record_end(actor, run, at)
    return run


@transaction.atomic
def cancel_import(*, actor: Actor, run_id: int, at: datetime) -> ImportRun:
    """Stop a run; what came in stays, and importing the file again goes on from there."""
    run = ImportRun.objects.select_for_update(of=("self",)).filter(pk=run_id).first()
    if run is None:
        raise NotFound
    if run.finished_at is not None:
        raise StepNotAllowed(_("This import has ended already."))
    require(actor, "registry.import")
    run.status = ImportStatus.CANCELLED
    run.finished_at = at
    run.save(update_fields=["status", "finished_at"])
    _record_end(actor, run, at)
    return run


def _record_end(actor: Actor, run: ImportRun, at: datetime) -> None:
    record(
        actor=actor,
        act="registry.finish_import",
        subject=f"registry.import:{run.pk}",
        at=at,
        detail={
            "status": str(run.status),
            "rows": run.rows_done,
            "created": run.created,
            "changed": run.changed,
            "unchanged": run.unchanged,
            "refused": run.refused,
        },
    )
