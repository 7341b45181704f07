"""One part of a list: by cursor, as a harvester reads it, or by offset, as clients did.

A walk by cursor goes by the public identifier, which never changes: whatever comes or goes
meanwhile, a row that stays is told once, and what came behind the walk is in ``/changes``.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from ninja import Field, Schema

from opensti.kernel.refusals import Invalid, Problem

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

MOST = 500
_KEY = re.compile(r"[0-9A-Za-z_-]{0,40}")


class Page(Schema):
    """Which part of a list: at most 500, by cursor or from an offset, narrowed by a text."""

    limit: int = Field(100, ge=1, le=MOST)
    cursor: str | None = Field(
        None,
        max_length=100,
        description="Empty for the first part; then what the `next` link says.",
    )
    offset: int = Field(
        0,
        ge=0,
        le=10_000_000,
        json_schema_extra={"deprecated": True},  # told to clients, not to ourselves
        description="For old clients: rows may be lost or told twice between two parts.",
    )
    q: str = Field("", max_length=200)
    count: bool = Field(default=True, description="Whether the list is counted.")


def paged(request: HttpRequest, rows: QuerySet[Any], page: Page) -> dict[str, Any]:
    """The part that was asked for; the answer's ``Link`` says where the next begins.

    Raises ``Invalid`` for a cursor that was not given out here.
    """
    counted = rows.count() if page.count else None
    if page.cursor is None:
        found = list(rows[page.offset : page.offset + page.limit + 1])
        if len(found) > page.limit:
            link_next(request, offset=page.offset + page.limit)
    else:
        after = read_cursor(page.cursor)
        ordered = rows.order_by("public_id").filter(public_id__gt=after)
        found = list(ordered[: page.limit + 1])
        if len(found) > page.limit:
            last = found[page.limit - 1].public_id
            link_next(request, cursor=written_cursor(last))
    return {"count": counted, "items": found[: page.limit]}


def link_next(request: HttpRequest, **changed: object) -> None:
    """Say in the answer's head where the next part is (RFC 8288)."""
    query = request.GET.copy()
    for name, value in changed.items():
        query[name] = str(value)
    address = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
    request.api_link = f'<{address}>; rel="next"'  # type: ignore[attr-defined]


def written_cursor(key: str, kind: str = "p") -> str:
    """A cursor for a key; clients must not read it, and may keep it for ever."""
    return base64.urlsafe_b64encode(f"{kind}1.{key}".encode()).decode().rstrip("=")


def read_cursor(text: str, kind: str = "p") -> str:
    """The key of a cursor that was given out; empty for the beginning."""
    if not text:
        return ""
    try:
        said = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        said = ""
    head, _dot, key = said.partition(".")
    if head != f"{kind}1" or not _KEY.fullmatch(key):
        raise Invalid(
            [
                Problem(
                    field="cursor",
                    message=_("This cursor was not given out here."),
                    mend=_("Begin anew without a cursor, or with an empty one."),
                )
            ]
        )
    return key
