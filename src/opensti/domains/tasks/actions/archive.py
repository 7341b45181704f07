"""Archives of earlier tasks: brought in chunk by chunk, each row once, however often."""

from __future__ import annotations

import hashlib
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from opensti.domains.tasks.choices import TaskState
from opensti.domains.tasks.events import ArchiveGrew
from opensti.domains.tasks.models import Task
from opensti.domains.tasks.problem import task_search_text
from opensti.kernel.access import require
from opensti.kernel.bilingual import written_in
from opensti.kernel.events import publish
from opensti.kernel.record.actions import record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from decimal import Decimal

    from opensti.kernel.access import Actor

VIETNAMESE = "vi"
_COLUMNS = (
    "title_vi",
    "title_en",
    "abstract_vi",
    "abstract_en",
    "state",
    "code",
    "host_name",
    "leader_name",
    "funder",
    "scheme",
    "year",
    "start",
    "end",
    "amount",
    "currency",
    "language",
    "source_digest",
    "search_text",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedTask:
    """One row of an archive, already read: types are right, lengths are not yet cut."""

    key: str
    title: str = ""
    abstract: str = ""
    language: str = ""
    code: str = ""
    host: str = ""
    leader: str = ""
    funder: str = ""
    scheme: str = ""
    year: int | None = None
    start: date | None = None
    end: date | None = None
    amount: Decimal | None = None
    currency: str = ""

    def digest(self) -> str:
        content = "\x1f".join(map(str, astuple(self)))
        return hashlib.sha256(content.encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class BatchOutcome:
    created: int
    updated: int
    unchanged: int


@transaction.atomic
def import_tasks_batch(
    *,
    actor: Actor,
    source: str,
    rows: Sequence[ArchivedTask],
    at: datetime,
    dry_run: bool = False,
) -> BatchOutcome:
    """Bring in a chunk of an archive: new rows made, changed ones replaced, others left.

    A row is known by ``(source, key)``; of two rows with one key in the chunk the last
    counts. One entry in the record per chunk that changed anything, with the digest of
    what it brought.
    """
    require(actor, "tasks.import_tasks")
    by_key = {row.key: row for row in rows}
    known = {
        key: (pk, digest)
        for key, pk, digest in Task.objects.select_for_update()
        .filter(source=source, source_key__in=by_key)
        .values_list("source_key", "pk", "source_digest")
    }
    made, changed = [], []
    whole = hashlib.sha256()
    for key, row in by_key.items():
        digest = row.digest()
        pk, before = known.get(key, (None, ""))
        if pk is not None and digest == before:
            continue
        whole.update(digest.encode())
        task = _task(source, row, digest)
        if pk is None:
            made.append(task)
        else:
            task.pk = pk
            changed.append(task)
    outcome = BatchOutcome(
        created=len(made),
        updated=len(changed),
        unchanged=len(by_key) - len(made) - len(changed),
    )
    if dry_run or not (made or changed):
        return outcome
    Task.objects.bulk_create(made)
    if changed:
        Task.objects.bulk_create(
            changed,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=_COLUMNS,
        )
    record(
        actor=actor,
        act="tasks.import",
        subject=f"tasks.archive:{source}",
        at=at,
        detail={
            "created": outcome.created,
            "updated": outcome.updated,
            "digest": whole.hexdigest(),
        },
    )
    publish(ArchiveGrew(source=source, at=at))
    return outcome


def _task(source: str, row: ArchivedTask, digest: str) -> Task:
    # Where nobody says the language, Vietnamese letters do.
    written = written_in(f"{row.title} {row.abstract}")
    vietnamese = (row.language or written) == VIETNAMESE
    task = Task(
        state=TaskState.ARCHIVED,
        code=row.code[:60],
        title_vi=row.title if vietnamese else "",
        title_en="" if vietnamese else row.title,
        abstract_vi=row.abstract if vietnamese else "",
        abstract_en="" if vietnamese else row.abstract,
        host_name=row.host[:300],
        leader_name=row.leader[:300],
        funder=row.funder[:300],
        scheme=row.scheme[:300],
        year=row.year,
        start=row.start,
        end=row.end,
        amount=row.amount,
        currency=row.currency[:3],
        language=row.language[:8] or (VIETNAMESE if vietnamese else ""),
        source=source,
        source_key=row.key,
        source_digest=digest,
    )
    task.search_text = task_search_text(task)
    return task
