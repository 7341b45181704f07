"""The feed of changes: what a harvester asks again and again after it took everything."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 -- read by the schemas at run time
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse  # noqa: TC002
from ninja import Path, Query, Router, Schema

from opensti.api.paging import MOST, link_next, read_cursor, written_cursor
from opensti.domains.publications import queries
from opensti.ui.receipts import receipt_file

router = Router(tags=["changes"])
NOW = "now"
RECEIPT = {
    "responses": {
        "200": {
            "description": "The receipt, C2SP tlog-proof.",
            "content": {"text/plain": {"schema": {"type": "string"}}},
        }
    }
}


class ChangeOut(Schema):
    """One change of one public thing.

    ``act`` is empty where only what came of it is public; ``opened`` and ``hidden`` stand
    for what became public, or stopped being so, by no act on the thing. ``position`` is
    that of the entry in the record, for its receipt. ``shown`` and ``url`` say how it
    stands now: what is not shown is to be forgotten.
    """

    seq: int
    kind: str
    id: str
    act: str
    at: datetime
    position: int | None
    shown: bool
    url: str | None


class Changes(Schema):
    """``next`` is the cursor to ask with the next time, whether ``more`` wait or not."""

    items: list[ChangeOut]
    next: str
    more: bool


@router.get("/changes", response=Changes)
def changes(
    request: HttpRequest,
    since: Annotated[
        str,
        Query(
            max_length=100,
            description="Empty: from the beginning; `now`: nothing, and a cursor for what comes; else what `next` said. A cursor never expires.",
        ),
    ] = "",
    limit: Annotated[int, Query(ge=1, le=MOST)] = 100,
    kind: Annotated[str, Query(max_length=60)] = "",
) -> dict[str, Any]:
    """Changes of the public register, each once, in an order that never changes."""
    if since == NOW:
        return _answer([], queries.change_size(), more=False)
    key = read_cursor(since, "c")
    start = min(int(key), LAST) if key.isdigit() else 0
    found = queries.changes_after(start, limit + 1, [kind] if kind else [])
    more, part = len(found) > limit, found[:limit]
    end = part[-1].seq if part else start
    if more:
        link_next(request, since=written_cursor(str(end), "c"))
    return _answer([queries.told(change) for change in part], end, more=more)


LAST = 2**62  # no database counts further


def _answer(items: list[Any], end: int, *, more: bool) -> dict[str, Any]:
    return {"items": items, "next": written_cursor(str(end), "c"), "more": more}


@router.get("/entries/{position}/receipt", openapi_extra=RECEIPT)
def entry_receipt(
    request: HttpRequest,  # noqa: ARG001
    position: Annotated[int, Path(ge=0, le=LAST)],
) -> HttpResponse:
    """The receipt of a public entry of the record as C2SP ``tlog-proof`` text."""
    return receipt_file(queries.public_entry_receipt(position), f"entry-{position}")
