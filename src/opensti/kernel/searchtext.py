"""Search that forgives missing accents: "doi moi" finds "Đổi mới", on both databases.

Texts are folded in Python into one column ``search_text`` (SQLite's own search does not
fold đ), and every word of a question must occur in it, anywhere. Keep the column to what
people search by (code, title, names, a short abstract), a few hundred characters.

Cost, measured over 84,902 real titles with 400 characters each: SQLite 25-60 ms by a
scan of an index that holds the column (110-290 ms without it, more on wide rows);
PostgreSQL a few ms by a trigram index. A trigram FTS table on SQLite answered in under
30 ms but took 20-29 s to fill, against 0.5 s for the index: not worth it here.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import connections, migrations, models, transaction
from django.db.utils import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.apps.registry import Apps
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.operations.base import Operation

M = TypeVar("M", bound=models.Model)

MAX_WORDS = 12
_WORDS = re.compile(r"[^\W_]+")
_LETTERS = str.maketrans(
    {"đ": "d", "ð": "d", "ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "ß": "ss"}
)
logger = logging.getLogger(__name__)


def fold(text: str) -> str:
    """Return the words in lower case without accents, joined by single spaces."""
    return " ".join(words(text))


def words(text: str) -> list[str]:
    """Return the folded words of a text, in order."""
    if not text.isascii():
        marked = unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS)
        text = "".join(c for c in marked if not unicodedata.combining(c))
    return _WORDS.findall(text.lower())


def search_text(*parts: object) -> str:
    """Return what to keep in ``search_text``: the folded parts, empty ones left out."""
    return fold(" ".join(str(p) for p in parts if p is not None and p != ""))


class Searchable(models.Model):
    """A table that can be searched; its actions fill ``search_text`` when they write."""

    search_text = models.TextField(blank=True, default="", editable=False)

    class Meta:
        abstract = True


def matches(
    rows: models.QuerySet[M], q: str, field: str = "search_text"
) -> models.QuerySet[M]:
    """Narrow ``rows`` to those that contain every word of ``q``.

    An empty question narrows nothing; one without any letter or digit finds nothing.
    ``field`` may follow a relation (``"organisation__search_text"``).
    """
    if not q.strip():
        return rows
    wanted = list(dict.fromkeys(words(q)))[:MAX_WORDS]
    if not wanted:
        return rows.none()
    # Longest first: the rarest word decides soonest.
    wanted.sort(key=len, reverse=True)
    if connections[rows.db].vendor != "sqlite":
        return rows.filter(_holding(wanted, field))
    # The inner question is answered from the index alone, without the wide rows.
    path, _sep, own = field.rpartition("__")
    model: Any = rows.model
    for name in path.split("__") if path else ():
        model = model._meta.get_field(name).related_model
    hits = model._base_manager.using(rows.db).filter(_holding(wanted, own))
    return rows.filter(**{f"{path or 'pk'}__in": hits.values("pk")})


def _holding(wanted: list[str], field: str) -> models.Q:
    found = models.Q()
    for word in wanted:
        found &= models.Q(**{f"{field}__contains": word})
    return found


def search_index(
    app_label: str,
    model_name: str,
    field: str = "search_text",
    *,
    sqlite: bool = True,
) -> list[Operation]:
    """Return migration operations that index a searchable table.

    SQLite: an index that holds the column (not for a table that is as narrow itself, with
    ``sqlite=False``). PostgreSQL: a trigram GIN index, when the extension ``pg_trgm`` is
    there or can be created; otherwise search works, slower.
    """

    def wanted(editor: BaseDatabaseSchemaEditor, table: str, column: str) -> None:
        if sqlite or editor.connection.vendor != "sqlite":
            _create(editor, table, column)

    create = _each(app_label, model_name, field, wanted)
    drop = _each(app_label, model_name, field, _drop)
    return [migrations.RunPython(create, drop, elidable=False)]


def _each(
    app_label: str,
    model_name: str,
    field: str,
    act: Callable[[BaseDatabaseSchemaEditor, str, str], None],
) -> Callable[[Apps, BaseDatabaseSchemaEditor], None]:
    def run(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        model: Any = apps.get_model(app_label, model_name)
        column = model._meta.get_field(field).column
        act(editor, model._meta.db_table, column)

    return run


def _create(editor: BaseDatabaseSchemaEditor, table: str, column: str) -> None:
    quote = editor.quote_name
    index = quote(f"{table}_{column}_idx"[-63:])
    if editor.connection.vendor == "sqlite":
        editor.execute(
            f"CREATE INDEX IF NOT EXISTS {index} ON {quote(table)} ({quote(column)})"
        )
    elif editor.connection.vendor == "postgresql" and _has_trigrams(editor):
        editor.execute(
            f"CREATE INDEX IF NOT EXISTS {index} ON {quote(table)} "
            f"USING gin ({quote(column)} gin_trgm_ops)"
        )


def _drop(editor: BaseDatabaseSchemaEditor, table: str, column: str) -> None:
    index = editor.quote_name(f"{table}_{column}_idx"[-63:])
    if editor.connection.vendor in {"sqlite", "postgresql"}:
        editor.execute(f"DROP INDEX IF EXISTS {index}")


def _has_trigrams(editor: BaseDatabaseSchemaEditor) -> bool:
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
        if cursor.fetchone():
            return True
        try:
            with transaction.atomic(editor.connection.alias):
                cursor.execute("CREATE EXTENSION pg_trgm")
        except DatabaseError:
            logger.warning("pg_trgm cannot be created: search works without its index.")
            return False
        return True
