"""Search that cannot be asked for what is withheld."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from opensti.kernel.searchtext import MAX_WORDS, matches

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet

    from opensti.domains.publications.queries.fields import Kind


def found_by(
    rows: QuerySet[Any],
    text: str,
    kind: Kind,
    shown: Collection[str],
    field: str,
    *,
    whole: bool = True,
) -> QuerySet[Any]:
    """Rows that hold every word, in fields that are shown alone.

    The folded search text is made of several fields: once one of them is withheld it is
    asked no more. Words are then looked for as they are written, accents and all. Not
    ``whole``: the text holds something of another kind that is withheld.
    """
    if whole and kind.searched <= set(shown):
        return matches(rows, text, field=field)
    words = text.split()[:MAX_WORDS]
    if not words:
        return rows
    columns = [
        path.replace(".", "__")
        for one in kind.fields
        if one.searched and one.key in shown and one.key != "details"
        for path in one.columns
    ]
    found = Q()
    for word in words:
        some = Q(pk__in=[])
        for column in columns:
            some |= Q(**{f"{column}__icontains": word})
        found &= some
    return rows.filter(found)
