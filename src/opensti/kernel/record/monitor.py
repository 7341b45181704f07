"""Watch somebody's log from outside: keep its checkpoints, and shout when it unsays one.

Without a database: a folder holds every checkpoint seen, each in a file of its own. A
new one must extend the newest kept, proven from the log's tiles; where it does not, both
signed texts are laid down together. They prove to anybody what the log did.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING

from sti_methods.ledger import (
    TILE_WIDTH,
    Checkpoint,
    Tile,
    TileNodes,
    consistency_proof,
    open_note,
    parse_checkpoint,
    range_hash,
    verify_consistency,
)

from opensti.kernel.record.journal import flush_folder
from opensti.kernel.record.receipts import verify_signature

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from sti_methods.ledger import VerifierKey

    Read = Callable[
        [str], bytes
    ]  # a file of the log, by its path below the log's address

HASH = 32


class Found(StrEnum):
    """How the checkpoint that was read stands to the newest one kept."""

    FIRST = "first"
    SAME = "same"
    GROWN = "grown"
    SHRUNK = "shrunk"
    FORKED = "forked"
    UNPROVEN = "unproven"

    @property
    def alarms(self) -> bool:
        return self in {Found.SHRUNK, Found.FORKED, Found.UNPROVEN}


@dataclass(frozen=True, kw_only=True)
class Look:
    """What one look at the log showed."""

    found: Found
    new: Checkpoint
    kept: Checkpoint | None = None
    evidence: Path | None = None


class Monitor:
    """The checkpoints of one log that were seen over time, in a folder."""

    def __init__(self, *, key: VerifierKey, folder: Path) -> None:
        self.key = key
        self._folder = folder / sha256(key.name.encode()).hexdigest()[:16]

    def look(self, source: str, *, read: Read, at: datetime) -> Look:
        """Compare a signed checkpoint with the newest kept, and keep it if it extends it.

        Raises ``ValueError`` when it is not signed by the log or a tile has not the length
        it must have, ``OSError`` when a tile cannot be read.
        """
        new = self._opened(source)
        last = self._newest()
        if last is None:
            self._keep(source, new, at)
            return Look(found=Found.FIRST, new=new)
        text, kept = last
        found = _compared(kept, new, read)
        evidence = None
        if found is Found.GROWN:
            self._keep(source, new, at)
        elif found.alarms:
            evidence = self._lay_down(found, text, source, at)
        return Look(found=found, new=new, kept=kept, evidence=evidence)

    def _opened(self, source: str) -> Checkpoint:
        """Return the checkpoint, once the log's own signature under it is verified."""
        note = open_note(source=source, keys=[self.key], verify=verify_signature)
        checkpoint = parse_checkpoint(note.text)
        if checkpoint.origin != self.key.name:
            raise ValueError("the checkpoint is of another log than its signer's.")
        return checkpoint

    def _newest(self) -> tuple[str, Checkpoint] | None:
        files = sorted((self._folder / "checkpoints").glob("*.txt"))
        if not files:
            return None
        text = files[-1].read_text(encoding="utf-8")
        return text, self._opened(text)

    def _keep(self, source: str, new: Checkpoint, at: datetime) -> None:
        name = f"{new.size:019d}-{at:%Y%m%dT%H%M%SZ}.txt"
        _write(self._folder / "checkpoints" / name, source)

    def _lay_down(self, found: Found, kept: str, new: str, at: datetime) -> Path:
        """Keep both signed texts as evidence; what is kept is never overwritten."""
        digest = sha256(new.encode()).hexdigest()[:8]
        place = self._folder / "evidence" / f"{at:%Y%m%dT%H%M%SZ}-{found}-{digest}"
        if not place.exists():
            _write(place / "kept.txt", kept)
            _write(place / "served.txt", new)
        return place


def _compared(kept: Checkpoint, new: Checkpoint, read: Read) -> Found:
    if new.size < kept.size:
        return Found.SHRUNK
    if new.size == kept.size:
        return Found.SAME if new.root == kept.root else Found.FORKED
    node = TileNodes(lambda level, index: _tile(level, index, new.size, read))
    if range_hash(start=0, end=new.size, node=node) != new.root:
        return Found.UNPROVEN  # what is served is not what was signed
    proof = consistency_proof(old=kept.size, new=new.size, node=node)
    extends = verify_consistency(
        old=kept.size,
        new=new.size,
        old_root=kept.root,
        new_root=new.root,
        proof=proof,
    )
    return Found.GROWN if extends else Found.FORKED


def _tile(level: int, index: int, size: int, read: Read) -> bytes:
    """Read a hash tile of a log of some size: whole, or as much of it as there is."""
    there = (size >> (8 * level)) - index * TILE_WIDTH
    width = min(there, TILE_WIDTH)
    hashes = read(f"tile/{Tile(level, index, width).path}")
    if len(hashes) != HASH * width:
        raise ValueError("a tile of the log is not as long as it must be.")
    return hashes


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    with os.fdopen(handle, "w", encoding="utf-8") as written:
        written.write(text)
        written.flush()
        os.fsync(written.fileno())
    flush_folder(file.parent)
