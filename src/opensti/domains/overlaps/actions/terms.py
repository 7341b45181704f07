"""The installation's own terms, by which Vietnamese and English works find each other."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.overlaps.models import Notice, TermFile
from opensti.kernel.access import get_visible, require
from opensti.kernel.files import actions as files
from opensti.kernel.files import store
from opensti.kernel.identifiers import new_public_id
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import (
    Invalid,
    Problem,
    Stale,
    StepNotAllowed,
)
from opensti.kernel.spreadsheets import as_text, open_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from django.core.files.base import File

    from opensti.kernel.access import Actor

MOST_ROWS = 50_000
COLUMNS = ("vi", "en", "weight")


@transaction.atomic
def put_terms(
    *, actor: Actor, file: File[bytes], reason: str, replaces: str, at: datetime
) -> TermFile:
    """Use the terms of a table (``vi``, ``en``, perhaps ``weight``) from now on.

    The file passes the checks of every upload first. Rows that are no use are kept by
    number and reason (``bad_rows``); the rest are used. ``replaces`` is the public id
    of the list in use, empty where there is none: that one ends. The worker makes a new
    index and compares what is open again. Cost: some 30 µs a row.

    Raises ``Invalid`` without a reason, for a file that is no table of terms, or in which
    no row is any use; ``Stale`` where another list came into use meanwhile;
    ``StepNotAllowed`` while the virus scanner cannot be asked.
    """
    require(actor, "overlaps.manage_terms")
    _reasoned(reason)
    before = TermFile.objects.select_for_update().filter(in_use=True).first()
    if (before.public_id if before else "") != replaces:
        raise _stale()
    public_id = new_public_id()
    kept = files.upload(
        actor=actor, subject=f"overlaps.terms:{public_id}", file=file, at=at, table=True
    )
    if not kept.is_readable:
        raise StepNotAllowed(
            _("The file waits for the virus scanner."),
            mend=_("Hand it in again in some minutes."),
        )
    terms, bad = _read(store.clean_path(kept.sha256), kept.name)
    if before is not None:
        _end(before, actor=actor, reason=reason, at=at)
    try:
        with transaction.atomic():
            row = TermFile.objects.create(
                public_id=public_id,
                name=kept.name,
                file_id=kept.public_id,
                terms=terms,
                number=len(terms),
                digest=_digest(terms),
                bad_rows=bad,
                reason=reason.strip(),
                put_by_id=actor.user_id,
                put_at=at,
            )
    except IntegrityError:  # two at once, where there was none to lock
        raise _stale() from None
    record(
        actor=actor,
        act="overlaps.put_terms",
        subject=f"overlaps.terms:{row.public_id}",
        at=at,
        detail={
            "file": kept.sha256,
            "terms": row.number,
            "rows left out": len(bad),
            "digest": row.digest,
            "replaces": replaces,
        },
        secret={"reason": row.reason},
    )
    Notice.objects.create(at=at)
    return row


@transaction.atomic
def remove_terms(
    *, actor: Actor, public_id: str, reason: str, at: datetime
) -> TermFile:
    """Use the installation's own terms no more; earlier comparisons keep theirs.

    Raises ``NotFound`` for a list that never was, ``StepNotAllowed`` for one that ended,
    ``Invalid`` without a reason.
    """
    require(actor, "overlaps.manage_terms")
    row = get_visible(
        actor, TermFile.objects.select_for_update(of=("self",)), public_id=public_id
    )
    if row.in_use is None:
        raise StepNotAllowed(
            _("This list of terms is no longer in use."),
            mend=_("Reload the page."),
        )
    _reasoned(reason)
    _end(row, actor=actor, reason=reason, at=at)
    record(
        actor=actor,
        act="overlaps.remove_terms",
        subject=f"overlaps.terms:{row.public_id}",
        at=at,
        detail={"digest": row.digest},
        secret={"reason": row.ended_reason},
    )
    Notice.objects.create(at=at)
    return row


def _end(row: TermFile, *, actor: Actor, reason: str, at: datetime) -> None:
    row.in_use, row.ended_at, row.ended_by_id = None, at, actor.user_id
    row.ended_reason = reason.strip()
    row.save(update_fields=["in_use", "ended_at", "ended_by", "ended_reason"])
    files.remove(actor=actor, public_id=row.file_id, at=at)


def _reasoned(reason: str) -> None:
    if not reason.strip():
        raise Invalid(
            [Problem(field="reason", message=_("Say why. It is kept in the record."))]
        )


def _stale() -> Stale:
    return Stale(
        _("Somebody else put in or removed a list of terms meanwhile."),
        mend=_("Reload the page, and look at the list in use."),
    )


def _read(path: Path, name: str) -> tuple[list[list[Any]], list[list[Any]]]:
    """Return the terms of a table, and its rows that are no use."""
    from sti_methods.similarity import checked_terms  # noqa: PLC0415 -- takes a second

    table = open_table(path, name=name, max_rows=MOST_ROWS)
    names = {heading.strip().lower(): heading for heading in table.header}
    missing = [column for column in COLUMNS[:2] if column not in names]
    if missing:
        raise Invalid(
            [
                Problem(
                    field="file",
                    message=_("The table has no column “%(name)s”.")
                    % {"name": missing[0]},
                    mend=_(
                        "Name the columns vi, en and, if you wish, weight in the first row."
                    ),
                )
            ]
        )

    def rows() -> Iterator[tuple[int, dict[str | None, Any]]]:
        for row in table.rows:
            cells: dict[str | None, Any] = {
                column: as_text(row.values.get(names.get(column, "")))
                for column in COLUMNS
            }
            cells[None] = row.problems  # cells beyond the columns, or no JSON
            yield row.number, cells

    terms, bad = checked_terms(rows())
    if not terms:
        raise Invalid(
            [
                Problem(
                    field="file",
                    message=_("No row of the table has a term in both languages."),
                    mend=_(
                        "Put the Vietnamese term under vi, the English one under en."
                    ),
                )
            ]
        )
    return [list(term) for term in terms], [list(row) for row in bad]


def _digest(terms: list[list[Any]]) -> str:
    whole = sha256()
    for vi, en, weight in sorted(terms):
        whole.update(f"{vi}\t{en}\t{weight!r}\n".encode())
    return whole.hexdigest()
