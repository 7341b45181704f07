"""What a person may know of, as a subquery whose SQL is written once.

Nearly every question about a council asks which items are hidden from the person; to
word that question takes Django ten times as long as the database takes to answer it.
Here the words are kept, for as long as the person's roles and houses stay the same;
never the answer.
"""

from __future__ import annotations

from functools import lru_cache, update_wrapper
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Expression, Field

from opensti.kernel.access import SYSTEM

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

    from opensti.kernel.access import Actor

P = ParamSpec("P")
# Some 5 kB each at most; a house's officials and the experts of one week.
MOST_KEPT = 256


class Ids(Expression):
    """A finished subquery, for ``…__in``: it names no table outside itself."""

    def __init__(self, sql: str, params: tuple[Any, ...]) -> None:
        super().__init__(output_field=Field())
        self.sql, self.params = sql, params

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.sql!r}, {self.params!r})"

    def resolve_expression(self, *_given: Any, **_said: Any) -> Ids:
        return self

    def relabeled_clone(self, _change_map: Any) -> Ids:
        return self

    def as_sql(self, _compiler: Any, _connection: Any) -> tuple[str, tuple[Any, ...]]:
        return self.sql, self.params

    def get_group_by_cols(self) -> list[Any]:
        return []


def _refuse(*_given: Any) -> Any:
    raise RuntimeError("what is kept must not rest on a row")


def _worded(rows: QuerySet[Any, Any]) -> Ids | tuple[()]:
    try:
        sql, params = rows.order_by().query.get_compiler(rows.db).as_sql()
    except EmptyResultSet:
        return ()
    return Ids(f"({sql})", params)


def worded_once(
    ask: Callable[Concatenate[Actor, P], QuerySet[Any, Any]],
) -> Callable[Concatenate[Actor, P], Any]:
    """Keep the SQL of the ids that a person may know of, by person and arguments.

    ``ask`` makes the question of nothing but what it is given: it reads no clock and no
    row, which is refused. What the question finds is asked of the database each time.
    """

    def worded(actor: Actor, *given: P.args, **said: P.kwargs) -> Any:
        with connection.execute_wrapper(_refuse):
            return _worded(ask(actor, *given, **said))

    kept: Any = lru_cache(maxsize=MOST_KEPT)(worded)

    def ids(actor: Actor, /, *given: P.args, **said: P.kwargs) -> Any:
        # The system may do all for being itself, not for what it is made of.
        return (worded if actor is SYSTEM else kept)(actor, *given, **said)

    update_wrapper(ids, ask)
    return ids
