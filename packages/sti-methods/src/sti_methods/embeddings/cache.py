"""Vectors that were worked out before, in one SQLite file.

Each `put` is one transaction: a process that is stopped loses what it had not put, and
nothing else. Several processes may use one file. 1.7 kB for a vector of 384 numbers.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from sti_methods.embeddings.folder import Unusable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

PATIENCE = 30.0  # seconds to wait for another process that writes
_AT_ONCE = 500
_TABLE = (
    "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL)"
)


class Cache:
    """A vector by a key of bytes; the file is made at the first use."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._open() as connection:
            connection.execute(_TABLE)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            # Opened anew each time: no handle is shared by threads or forks.
            with (
                closing(sqlite3.connect(self.path, timeout=PATIENCE)) as connection,
                connection,
            ):
                yield connection
        except sqlite3.Error as fault:
            raise Unusable(
                f"{self.path}: no vectors can be kept there ({fault}); name another file, or remove it: it is made anew"
            ) from None

    def get(
        self, keys: Sequence[bytes], width: int
    ) -> dict[bytes, NDArray[np.float32]]:
        """Return those of the keys that are known, vectors of ``width`` numbers.

        Raises
        ------
        Unusable
            What the file has for a key is no such vector.
        """
        found: dict[bytes, NDArray[np.float32]] = {}
        with self._open() as connection:
            for start in range(0, len(keys), _AT_ONCE):
                some = keys[start : start + _AT_ONCE]
                marks = ",".join("?" * len(some))
                rows = connection.execute(
                    f"SELECT key, vector FROM vectors WHERE key IN ({marks})",  # noqa: S608 -- marks only
                    some,
                )
                found |= {key: self._vector(kept, width) for key, kept in rows}
        return found

    def _vector(self, kept: Any, width: int) -> NDArray[np.float32]:
        if isinstance(kept, bytes) and len(kept) == width * 4:
            vector = np.frombuffer(kept, "<f4")
            if np.isfinite(vector).all():
                return vector
        raise Unusable(
            f"{self.path}: what is kept there is no vector of {width} numbers; remove the file: it is made anew"
        )

    def put(self, vectors: Mapping[bytes, NDArray[np.float32]]) -> None:
        """Keep vectors; one that is there stays as it is, so that answers stay."""
        rows = [(key, v.astype("<f4").tobytes()) for key, v in vectors.items()]
        with self._open() as connection:
            connection.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?)", rows)
