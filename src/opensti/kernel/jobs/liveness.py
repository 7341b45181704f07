"""Which workers are alive: each holds a lock that the system lets go when it dies.

PostgreSQL: a session's advisory lock (workers may sit on many machines). SQLite: a lock
on a file under ``OPENSTI_DATA_DIR/workers`` (one machine). No clock, no heartbeat: a
long transaction never makes a living worker look dead.
"""

from __future__ import annotations

import fcntl
import zlib
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, connections

if TYPE_CHECKING:
    from collections.abc import Iterator

_SPACE = 0x6F737469  # "osti", so that no other use of advisory locks is met


@contextmanager
def alive(worker: str) -> Iterator[None]:
    """Hold the lock of a worker for as long as it works."""
    if connection.vendor == "postgresql":
        # A connection of its own: the work may close the usual one.
        own = connections["default"].copy()
        try:
            with own.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_advisory_lock(%s, %s)", [_SPACE, _key(worker)]
                )
            yield
        finally:
            own.close()
        return
    path = _path(worker)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def is_alive(worker: str) -> bool:
    """Tell whether a worker still runs; one never heard of does not."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted "
                "AND classid::bigint = %s AND objid::bigint = %s "
                "AND database = (SELECT oid FROM pg_database "
                "WHERE datname = current_database())",
                [_SPACE, _key(worker) & 0xFFFFFFFF],
            )
            return cursor.fetchone() is not None
    try:
        with _path(worker).open("r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    _path(worker).unlink(missing_ok=True)
    return False


def any_alive() -> bool:
    """Whether some worker runs at all; 1 query on PostgreSQL."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted "
                "AND classid::bigint = %s AND database = (SELECT oid FROM pg_database "
                "WHERE datname = current_database()) LIMIT 1",
                [_SPACE],
            )
            return cursor.fetchone() is not None
    known = (Path(settings.OPENSTI_DATA_DIR) / "workers").glob("*.lock")
    return any(is_alive(path.stem) for path in known)


def _key(worker: str) -> int:
    key = zlib.crc32(worker.encode())
    return key - (1 << 32) if key >= 1 << 31 else key


def _path(worker: str) -> Path:
    return Path(settings.OPENSTI_DATA_DIR) / "workers" / f"{worker}.lock"
