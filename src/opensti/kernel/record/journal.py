"""Every checkpoint ever signed, in a file outside the database.

Who can write to the database can delete its checkpoints and write another history; the
journal then still holds what was signed before. One signed note after the other, each
closed by an empty line; written and flushed to disk before the checkpoint is a row or
leaves the house. Only ever appended to, so that the place may forbid all else
(``chattr +a``): what a power cut left half written is marked, not removed.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "log.checkpoints"
CUT_OFF = "(cut off)"
TAIL = 64 * 1024  # holds the last note, and what was cut off behind it


class Journal:
    """The open journal; others wait with signing until it is closed."""

    def __init__(self, descriptor: int) -> None:
        self._file = descriptor

    @property
    def last(self) -> str | None:
        """The note signed last, whole."""
        start = max(0, os.fstat(self._file).st_size - TAIL)
        notes, _torn = _parsed(self._read(start))
        return notes[-1] if notes else None

    @property
    def notes(self) -> list[str]:
        return _parsed(self._read(0))[0]

    def append(self, note: str) -> None:
        """Add a note and return when it is on the disk."""
        start = max(0, os.fstat(self._file).st_size - TAIL)
        torn = _parsed(self._read(start))[1]
        text = f"\n{CUT_OFF}\n\n" * torn + f"{note}\n"
        data = text.encode()
        while data:
            data = data[os.write(self._file, data) :]
        os.fsync(self._file)

    def _read(self, start: int) -> str:
        parts = []
        while part := os.pread(self._file, 1 << 20, start):
            parts.append(part)
            start += len(part)
        return b"".join(parts).decode(errors="replace")


def journal_path() -> Path:
    return Path(settings.OPENSTI_DATA_DIR) / NAME


@contextmanager
def open_journal() -> Iterator[Journal]:
    """Open the journal, made if there is none, for one process at a time."""
    path = journal_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    new = not path.exists()
    file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        if new:
            flush_folder(path.parent)
        yield Journal(file)
    finally:
        os.close(file)


def _parsed(text: str) -> tuple[list[str], bool]:
    """Return the whole notes, and whether something half written stands at the end."""
    *blocks, rest = text.split("\n\n")
    notes, begun = [], ""
    for block in blocks:
        piece = block.lstrip("\n")
        if piece.endswith(CUT_OFF):
            begun = ""
        elif begun and piece.startswith("— "):
            notes.append(f"{begun}\n\n{piece}\n")
            begun = ""
        else:
            begun = piece
    return notes, bool(begun or rest)


def flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
