"""Receive files: quarantine first, then checks, then the store. Nothing unchecked is served.

Whether the person may hand in, read or remove a file of a thing is decided by the
domain that owns the thing: its action calls ``upload`` and ``remove`` after its own
``require``; reading goes through ``opensti.kernel.files.serving``.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from opensti.kernel.access import SYSTEM
from opensti.kernel.files import clamav, sniffing, store
from opensti.kernel.files.models import FileState, StoredFile
from opensti.kernel.files.serving import files_of
from opensti.kernel.record.actions import erase_secrets, record
from opensti.kernel.refusals import Invalid, NotFound, Problem, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from pathlib import Path

    from django.core.files.base import File

    from opensti.kernel.access import Actor

ORPHAN_AGE = timedelta(days=1)
MAX_NAME = 150
ERASED = "erased"
logger = structlog.get_logger(__name__)


def upload(
    *,
    actor: Actor,
    subject: str,
    file: File[bytes],
    at: datetime,
    kind: str = "",
    most: int | None = None,
    table: bool = False,
) -> StoredFile:
    """Keep a file for ``subject`` ("calls.dossier:12") once it passed every check.

    ``kind`` says what it is there for: the field of a form, the code of a paper. With
    ``most`` the thing holds no more files than that; its owner has locked it. A
    ``table`` to be read in may also be JSON Lines.
    Returns it ``clean``, or ``quarantined`` when the configured scanner cannot be
    reached (``release_quarantined`` decides later). Raises ``Invalid`` with what is
    wrong and how to mend it; a file with a virus leaves a ``rejected`` row.
    """
    if most is not None and len(files_of(subject)) >= most:
        raise Invalid(
            [
                Problem(
                    field="file",
                    message=_("No more than %(most)d files fit here.") % {"most": most},
                    mend=_("Join several papers into one PDF."),
                )
            ]
        )
    name = safe_name(file.name or "")
    extension = sniffing.extension_of(name, table=table)
    path, size, sha256 = store.receive(file)
    try:
        media_type = sniffing.check_content(path, extension)
        virus, state = _scan(path)
        row = StoredFile(
            subject=subject,
            kind=kind,
            name=name,
            size=size,
            sha256=sha256,
            extension=extension,
            media_type=media_type,
            state=state,
            reason=virus,
            uploaded_by=actor.user_id,
            uploaded_by_name=actor.name,
            uploaded_at=at,
        )
        if state == FileState.CLEAN:
            store.move(path, store.clean_path(sha256))
        elif state == FileState.QUARANTINED:
            store.move(path, store.quarantine_path(sha256))
        _keep(row, actor=actor, at=at)
    finally:
        path.unlink(missing_ok=True)
    if state == FileState.REJECTED:
        raise _malicious(virus)
    return row


@dataclass(frozen=True, kw_only=True)
class Looked:
    """A file that passed the checks and is kept by its owner, not by this store."""

    name: str
    media_type: str
    data: bytes
    scanned: bool


def look_through(file: File[bytes]) -> Looked:
    """Put a file through quarantine and every check, and keep nothing of it here.

    For owners who keep bytes sealed: no row, no entry in the record, nothing on disk
    stays. ``scanned`` is false while the configured scanner cannot be reached. Raises
    ``Invalid`` as ``upload`` does.
    """
    name = safe_name(file.name or "")
    path, _size, _sha256 = store.receive(file)
    try:
        media_type = sniffing.check_content(path, sniffing.extension_of(name))
        virus, state = _scan(path)
        data = path.read_bytes()
    finally:
        path.unlink(missing_ok=True)
    if state == FileState.REJECTED:
        raise _malicious(virus)
    return Looked(
        name=name,
        media_type=media_type,
        data=data,
        scanned=state == FileState.CLEAN,
    )


def _malicious(virus: str) -> Invalid:
    return Invalid(
        [
            Problem(
                field="file",
                message=_("The file carries malicious code: %(name)s.")
                % {"name": virus},
                mend=_("Clean the computer it comes from and make the file anew."),
            )
        ]
    )


@transaction.atomic
def _keep(row: StoredFile, *, actor: Actor, at: datetime) -> None:
    row.save(force_insert=True)
    _record(actor, "files.upload", row, at)


@transaction.atomic
def remove(*, actor: Actor, public_id: str, at: datetime) -> StoredFile:
    """Take a file out of use; its bytes go when no other row needs them (``sweep``)."""
    row = StoredFile.objects.select_for_update().filter(public_id=public_id).first()
    if row is None:
        raise NotFound
    if row.removed_at is not None:
        raise StepNotAllowed(_("The file has been removed already."))
    row.removed_at = at
    row.save(update_fields=["removed_at"])
    _record(actor, "files.remove", row, at)
    return row


@transaction.atomic
def purge(
    *, actor: Actor, subjects: Collection[str], basis: str, at: datetime
) -> list[StoredFile]:
    """Delete the files of some things for good, their bytes and names, with a record.

    For the erasure of a person whom a file names. The digest stays, so that copies of
    the bytes elsewhere can be found and deleted too (``purged``).
    """
    rows = list(
        StoredFile.objects.select_for_update()
        .filter(subject__in=subjects)
        .exclude(reason=ERASED)
        .order_by("pk")
    )
    for row in rows:
        row.removed_at = row.removed_at or at
        row.reason, row.name, row.uploaded_by_name = ERASED, f"({row.public_id})", ""
        row.save(update_fields=["removed_at", "reason", "name", "uploaded_by_name"])
        record(
            actor=actor,
            act="files.purge",
            subject=row.subject,
            at=at,
            basis=basis,
            detail={"file": row.public_id, "sha256": row.sha256},
        )
    touched = sorted({row.subject for row in rows})
    erase_secrets(actor=actor, subjects=touched, at=at, basis=basis)
    digests = {row.sha256 for row in rows}
    transaction.on_commit(lambda: delete_purged(digests))
    return rows


def delete_purged(digests: Collection[str]) -> None:
    """Delete the bytes of purged files, unless another file in use has the same."""
    used = StoredFile.objects.filter(sha256__in=digests, removed_at=None)
    for sha256 in {*digests} - set(used.values_list("sha256", flat=True)):
        store.clean_path(sha256).unlink(missing_ok=True)
        store.quarantine_path(sha256).unlink(missing_ok=True)


def purge_copies(*, folder: Path) -> int:
    """Delete from a copy of the files' folder what was purged here; return how many."""
    rows = StoredFile.objects.filter(reason=ERASED).values_list("sha256", flat=True)
    used = StoredFile.objects.filter(removed_at=None).values_list("sha256", flat=True)
    gone = 0
    for sha256 in {*rows} - {*used}:
        copy = folder / sha256[:2] / sha256[2:]
        if copy.exists():
            copy.unlink()
            gone += 1
    return gone


def forget_uploader(*, user_id: int) -> int:
    """Forget what somebody was called who handed files in; the number stays."""
    return StoredFile.objects.filter(uploaded_by=user_id).update(uploaded_by_name="")


def replace(
    *,
    actor: Actor,
    public_id: str,
    subject: str,
    file: File[bytes],
    at: datetime,
    kind: str = "",
) -> StoredFile:
    """Keep a file in the place of another of the same thing and kind.

    The new one passes every check before the old one goes. Raises ``NotFound`` when the
    other is not (or no more) there.
    """
    require_held(public_id=public_id, subject=subject, kind=kind)
    kept = upload(actor=actor, subject=subject, file=file, at=at, kind=kind)
    remove(actor=actor, public_id=public_id, at=at)
    return kept


def require_held(*, public_id: str, subject: str, kind: str | None = None) -> None:
    """Raise ``NotFound`` unless the thing holds this file."""
    if public_id not in {row.public_id for row in files_of(subject, kind=kind)}:
        raise NotFound


def release_quarantined(*, at: datetime) -> int:
    """Scan again what waits in quarantine; return how many files were decided."""
    decided = 0
    for pk in StoredFile.objects.filter(state=FileState.QUARANTINED).values_list("pk"):
        decided += _release(pk[0], at)
    return decided


@transaction.atomic
def _release(pk: int, at: datetime) -> bool:
    row = StoredFile.objects.select_for_update().get(pk=pk)
    held, clean = store.quarantine_path(row.sha256), store.clean_path(row.sha256)
    path = held if held.exists() else clean
    if row.state != FileState.QUARANTINED:
        return False
    if not path.exists():
        row.state, row.reason = FileState.REJECTED, _now("The bytes were lost.")
    else:
        row.reason, row.state = _scan(path)
        if row.state == FileState.QUARANTINED:
            return False
        if row.state == FileState.CLEAN and path == held:
            # A second row of the same bytes finds them in their place already.
            store.move(held, clean)
    row.save(update_fields=["state", "reason"])
    _record(SYSTEM, "files.release", row, at)
    return True


def sweep(*, at: datetime) -> int:
    """Delete bytes that no row needs any more and are older than a day; return how many."""
    swept = 0
    before = (at - ORPHAN_AGE).timestamp()
    for path in store.all_files():
        if path.stat().st_mtime >= before:
            continue
        sha256 = path.stem if path.suffix == ".held" else path.parent.name + path.name
        state = FileState.QUARANTINED if path.suffix == ".held" else FileState.CLEAN
        needed = StoredFile.objects.filter(
            sha256=sha256, state=state, removed_at__isnull=True
        )
        if path.suffix == ".part" or not needed.exists():
            path.unlink(missing_ok=True)
            swept += 1
    return swept


def safe_name(name: str) -> str:
    """Return a name without folders, control or direction characters, at most 150 long."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    name = "".join(c for c in name if unicodedata.category(c)[0] != "C")
    name = re.sub(r'[<>:"|?*]', "_", re.sub(r"\s+", " ", name)).strip(" .")
    stem, dot, extension = name.rpartition(".")
    if not dot:
        return name[:MAX_NAME]
    return f"{stem[: MAX_NAME - len(extension) - 1].strip() or 'file'}.{extension}"


def _scan(path: Path) -> tuple[str, FileState]:
    if not settings.OPENSTI_CLAMAV:
        return "", FileState.CLEAN
    try:
        virus = clamav.scan(path, address=settings.OPENSTI_CLAMAV)
    except clamav.ScannerUnreachable as error:
        logger.warning("files.scanner_unreachable", error=str(error))
        return _now("The virus scanner cannot be reached."), FileState.QUARANTINED
    return virus, FileState.REJECTED if virus else FileState.CLEAN


def _record(actor: Actor, act: str, row: StoredFile, at: datetime) -> None:
    record(
        actor=actor,
        act=act,
        subject=row.subject,
        at=at,
        detail={
            "file": row.public_id,
            "kind": row.kind,
            "sha256": row.sha256,
            "size": row.size,
            "state": str(row.state),
        },
        secret={"name": row.name},
    )
