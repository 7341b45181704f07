"""Where the bytes lie: written aside, flushed, then named by their SHA-256 in one step.

``OPENSTI_DATA_DIR/files/quarantine`` holds what is being received or waits for the
scanner, ``files/ab/cdef…`` what passed. A server killed at any moment leaves at most a
file without a row, which ``sweep`` removes a day later.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from opensti.kernel.refusals import Invalid, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.core.files.base import File

MEGABYTE = 1024 * 1024


def root() -> Path:
    return Path(settings.OPENSTI_DATA_DIR) / "files"


def quarantine() -> Path:
    return root() / "quarantine"


def clean_path(sha256: str) -> Path:
    return root() / sha256[:2] / sha256[2:]


def quarantine_path(sha256: str) -> Path:
    return quarantine() / f"{sha256}.held"


def receive(file: File[bytes]) -> tuple[Path, int, str]:
    """Write an upload aside; return its path, size in bytes and SHA-256.

    Refuses empty files and files over ``OPENSTI_FILE_LIMIT_MB`` and leaves nothing.
    """
    limit = settings.OPENSTI_FILE_LIMIT_MB * MEGABYTE
    if (file.size or 0) > limit:
        raise _too_large()
    quarantine().mkdir(parents=True, exist_ok=True)
    path = quarantine() / f"{secrets.token_hex(16)}.part"
    try:
        size, sha256 = _write(file, path, limit)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path, size, sha256


def _write(file: File[bytes], path: Path, limit: int) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with path.open("xb") as out:
        for chunk in file.chunks():
            size += len(chunk)
            if size > limit:
                raise _too_large()
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    if size == 0:
        raise Invalid(
            [
                Problem(
                    field="file",
                    message=_("The file is empty."),
                    mend=_("Check that it was saved, then choose it again."),
                )
            ]
        )
    return size, digest.hexdigest()


def move(path: Path, to: Path) -> None:
    """Give received bytes their place, durable before this returns."""
    to.parent.mkdir(parents=True, exist_ok=True)
    path.replace(to)
    to.touch()
    folder = os.open(to.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def all_files() -> Iterator[Path]:
    """Every file of the store, those in quarantine included."""
    if root().is_dir():
        yield from (p for p in root().rglob("*") if p.is_file())


def _too_large() -> Invalid:
    return Invalid(
        [
            Problem(
                field="file",
                message=_("The file is larger than %(limit)s MB.")
                % {"limit": settings.OPENSTI_FILE_LIMIT_MB},
                mend=_("Make it smaller (images at 150 dpi) or split it."),
            )
        ]
    )
