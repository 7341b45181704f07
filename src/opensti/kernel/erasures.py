"""What was erased, told outside the database in ids alone: so that a restore erases again.

A backup made before an erasure still holds the person. ``OPENSTI_DATA_DIR/erasures``
has one line for each erasure: the kind of row, its number, and a mark by which a row of
the same number that is another's is known. Nothing in it tells of anybody.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import caches
from django.db import transaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """``kind``: ``account`` or ``person``; ``mark`` is the row's own and tells of nobody."""

    kind: str
    id: int
    mark: str


def erasures_file() -> Path:
    return Path(settings.OPENSTI_DATA_DIR) / "erasures"


def keep_erasure(erasure: Erasure) -> None:
    """Write an erasure down once its transaction is through, and drop the kept pages."""
    transaction.on_commit(lambda: write_erasures([erasure]))
    forget_pages()


def forget_pages() -> None:
    """Drop every page and answer that was kept: one of them may tell of the erased."""
    transaction.on_commit(caches["pages"].clear)


def write_erasures(some: Iterable[Erasure]) -> None:
    """Append what is not there yet, and see that it reached the disk."""
    file = erasures_file()
    known = set(read_erasures(file)) if file.exists() else set()
    new = [one for one in dict.fromkeys(some) if one not in known]
    if not new:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="ascii") as out:
        out.writelines(f"{line_of(one)}\n" for one in new)
        out.flush()
        os.fsync(out.fileno())


def line_of(erasure: Erasure) -> str:
    return json.dumps(asdict(erasure), sort_keys=True)


def read_erasures(file: Path) -> Iterator[Erasure]:
    """What a file tells, each once. Raises ``ValueError`` for a line that is none."""
    seen = set()
    for number, line in enumerate(file.read_text(encoding="ascii").splitlines(), 1):
        try:
            found = Erasure(**json.loads(line))
        except (TypeError, ValueError):
            raise ValueError(f"line {number} of {file} tells no erasure.") from None
        if found not in seen:
            seen.add(found)
            yield found
