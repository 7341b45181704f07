"""A beginning that many tests share is made by its actions once, then written as it was.

A council that has judged two dossiers takes a third of a second to bring about, and a
hundred tests begin with one. The first in a process acts; its rows and files are kept,
and put back, the same to the byte, for whoever asks for the same in an empty house.
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from functools import cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import connection, transaction

if TYPE_CHECKING:
    from collections.abc import Callable

P, T = ParamSpec("P"), TypeVar("T")
# What a migrated database holds before anybody acts.
FROM_THE_START = {"django_migrations", "django_content_type", "auth_permission"}


@dataclass(frozen=True)
class Kept:
    """What a beginning returned, the rows of each table, and the files in the house."""

    answer: bytes
    rows: dict[str, tuple[list[str], list[tuple[Any, ...]]]]
    files: dict[Path, bytes]


def kept(begin: Callable[P, T], *tables: str) -> Callable[P, T]:
    """Let a function of plain arguments act once a process; in a house in use it acts.

    ``tables``: how the names of those begin that it reads and writes, if not of all.
    """
    memory: dict[str, Kept] = {}

    @wraps(begin)
    def again(*given: P.args, **said: P.kwargs) -> T:
        key = repr((given, sorted(said.items())))
        if not _empty(tables):
            return begin(*given, **said)
        if key in memory:
            _put_back(memory[key])
        else:
            answer = begin(*given, **said)
            memory[key] = Kept(pickle.dumps(answer), _rows(tables), _files())
            return answer
        return pickle.loads(memory[key].answer)  # type: ignore[no-any-return]  # noqa: S301

    return again


@cache
def _tables(begin: tuple[str, ...]) -> list[str]:
    named = connection.introspection.django_table_names(only_existing=True)
    return sorted(
        name for name in set(named) - FROM_THE_START if name.startswith(begin or "")
    )


@cache
def _question(begin: tuple[str, ...]) -> str:
    names = map(connection.ops.quote_name, _tables(begin))
    return "SELECT " + " OR ".join(f"EXISTS (SELECT 1 FROM {n})" for n in names)  # noqa: S608


def _empty(begin: tuple[str, ...]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_question(begin))
        return not cursor.fetchone()[0] and not _files()


def _files() -> dict[Path, bytes]:
    """The files of the house, of this test alone as its rows are."""
    house = Path(settings.OPENSTI_DATA_DIR)
    return {
        path.relative_to(house): path.read_bytes()
        for path in sorted(house.rglob("*"))
        if path.is_file()
    }


def _rows(begin: tuple[str, ...]) -> dict[str, tuple[list[str], list[tuple[Any, ...]]]]:
    found = {}
    with connection.cursor() as cursor:
        for table in _tables(begin):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            if rows := cursor.fetchall():
                found[table] = ([column[0] for column in cursor.description], rows)
    return found


def _put_back(beginning: Kept) -> None:
    quote = connection.ops.quote_name
    with transaction.atomic(), connection.cursor() as cursor:
        for table, (columns, rows) in beginning.rows.items():
            names = ", ".join(map(quote, columns))
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(
                f"INSERT INTO {quote(table)} ({names}) VALUES ({places})",  # noqa: S608
                rows,
            )
    for name, content in beginning.files.items():
        path = Path(settings.OPENSTI_DATA_DIR) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
