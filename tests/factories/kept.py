"""A beginning that many tests share is made by its actions once, then written as it was.

A council that has judged two dossiers takes a third of a second to bring about, and a
hundred tests begin with one. The first in a process acts; its rows and files are kept,
and put back, the same to the byte, for whoever asks for the same in the same house: an
empty one, or one in which nothing was written since another such beginning.
"""

from __future__ import annotations

import pickle
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass
from functools import cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model
from django.utils.translation import get_language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Rows = dict[str, tuple[list[str], dict[tuple[Any, ...], tuple[Any, ...]]]]

P, T = ParamSpec("P"), TypeVar("T")
# What a migrated database holds before anybody acts.
FROM_THE_START = {"django_migrations", "django_content_type", "auth_permission"}
READS = ("SELECT", "SAVEPOINT", "RELEASE", "EXPLAIN", "PRAGMA")


@dataclass(frozen=True)
class Kept:
    """What a beginning returned, the rows of each table, and the files in the house."""

    answer: bytes
    rows: Rows
    files: dict[Path, bytes]


@dataclass
class House:
    """Where this test's house stands: the beginnings in it, if nothing else is."""

    folder: object = None
    begun: tuple[str, ...] = ()
    touched: bool = True
    beginning: bool = False


_house = House()
_memory: dict[tuple[str, ...], Kept] = {(): Kept(b"", {}, {})}


def kept(begin: Callable[P, T], *tables: str) -> Callable[P, T]:
    """Let a function act once a process; in a house where more was done it acts.

    What it is given must be plain: numbers, texts, rows, dataclasses of these. It knows of
    no patch and no setting: what changes how a beginning goes is given to it, or it is
    not kept.
    ``tables``: how the names of those begin that it reads and writes, if not of all.
    """

    @wraps(begin)
    def again(*given: P.args, **said: P.kwargs) -> T:
        name = f"{begin.__module__}.{begin.__qualname__}{_named((given, said))} {get_language()}"
        before = _stands()
        whole = before is not None
        if before is None and tables and _empty(tables):
            before = ()
        if before is None or " at 0x" in name:
            return begin(*given, **said)
        after = (*before, name)
        if after not in _memory:
            with _beginning():
                answer = begin(*given, **said)
            rows = _rows(_memory[before].rows, () if whole else tables)
            _memory[after] = Kept(pickle.dumps(answer), rows, _files())
        else:
            _put_back(_memory[before], _memory[after])
            answer = pickle.loads(_memory[after].answer)  # noqa: S301
        if whole:
            _house.folder, _house.begun = settings.OPENSTI_DATA_DIR, after
            _house.touched = False
        return answer

    return again


def _stands() -> tuple[str, ...] | None:
    """The beginnings this house is made of; none where anything else was done."""
    if _watch not in connection.execute_wrappers:
        connection.execute_wrappers.insert(0, _watch)
    if _house.beginning:
        return None
    here = _house.folder == settings.OPENSTI_DATA_DIR and connection.in_atomic_block
    if here and not _house.touched:
        known = _memory[_house.begun].files
        return _house.begun if _files().keys() == known.keys() else None
    return () if _empty(()) else None


def _watch(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
    if not str(sql).lstrip("( \n").startswith(READS):
        _house.touched = True
    return execute(sql, params, many, context)


@contextmanager
def _beginning() -> Iterator[None]:
    was, _house.beginning = _house.beginning, True
    try:
        yield
    finally:
        _house.beginning = was


def _named(thing: Any) -> str:
    if isinstance(thing, Model):
        return f"{thing._meta.label}:{thing.pk}"
    if is_dataclass(thing) and not isinstance(thing, type):
        inner = {f.name: getattr(thing, f.name) for f in fields(thing)}
        return f"{type(thing).__name__}{_named(inner)}"
    if isinstance(thing, dict):
        return str(sorted((str(k), _named(v)) for k, v in thing.items()))
    if isinstance(thing, (list, tuple)):
        return str([_named(inner) for inner in thing])
    if isinstance(thing, (set, frozenset)):
        return str(sorted(_named(inner) for inner in thing))
    return repr(thing)


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
    """The files of the house, of this test alone as its rows are.

    A database among them is not read: SQLite's locks on a file are gone once it was opened
    and closed beside it, and another process could then take away what this one maps.
    """
    house = Path(settings.OPENSTI_DATA_DIR)
    database = str(connection.settings_dict["NAME"])
    return {
        path.relative_to(house): path.read_bytes()
        for path in sorted(house.rglob("*"))
        if path.is_file() and not str(path).startswith(database)
    }


def _rows(before: Rows, begin: tuple[str, ...]) -> Rows:
    """Every row there is, table by table; a row of before is not kept twice."""
    found = {}
    with connection.cursor() as cursor:
        for table in _tables(begin):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            if rows := cursor.fetchall():
                _columns, old = before.get(table, ([], {}))
                names = [column[0] for column in cursor.description]
                found[table] = (
                    names,
                    {row: row for row in (old.get(r, r) for r in rows)},
                )
    return found


def _put_back(before: Kept, after: Kept) -> None:
    """Bring the house from one state to the other: what is gone, what is new."""
    quote = connection.ops.quote_name
    with transaction.atomic(), connection.cursor() as cursor:
        for table in before.rows.keys() | after.rows.keys():
            _names, old = before.rows.get(table, ([], {}))
            columns, rows = after.rows.get(table, ([], {}))
            if old.keys() - rows.keys():  # references wait for the end
                cursor.execute(f"DELETE FROM {quote(table)}")  # noqa: S608
                old = {}
            names = ", ".join(map(quote, columns))
            places = ", ".join(["%s"] * len(columns))
            if new := [row for row in rows if row not in old]:
                cursor.executemany(
                    f"INSERT INTO {quote(table)} ({names}) VALUES ({places})",  # noqa: S608
                    new,
                )
    for name, content in after.files.items():
        path = Path(settings.OPENSTI_DATA_DIR) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
