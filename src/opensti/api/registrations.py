"""What was made for the national system, for the programs that carry it there.

Not open data: the caller has a key, or is signed in, and holds an office that knows of
contracts. Rows
come oldest first; ask again ``since`` the last ``prepared_at`` that was read, and skip
what is known by ``id``. The national system is the master of its own register.
"""

from __future__ import annotations

from datetime import date, datetime  # noqa: TC003 -- read by the schemas at run time
from typing import TYPE_CHECKING, Annotated, Any

from ninja import Query, Router, Schema
from pydantic import Field

from opensti.api.acts import Bearer
from opensti.domains.results import queries
from opensti.kernel.access import require

if TYPE_CHECKING:
    from django.http import HttpRequest

    from opensti.kernel.access import Actor


def signed_in(request: HttpRequest) -> Actor:
    """Whoever the session knows; what nobody may know is refused below."""
    return request.actor  # type: ignore[attr-defined, no-any-return]


router = Router(auth=[Bearer(), signed_in])


class RegistrationOut(Schema):
    """One dossier for the national system; ``sheet`` as docs/schemas/registration.schema.json."""

    id: str = Field(alias="public_id")
    number: int
    prepared_at: datetime
    sha256: str
    sent_on: date | None
    reference: str
    acknowledged_on: date | None
    sheet: dict[str, Any]


class Registrations(Schema):
    count: int
    items: list[RegistrationOut]


@router.get("/registrations", response=Registrations)
def registrations(
    request: HttpRequest,
    since: Annotated[datetime | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> dict[str, Any]:
    """Dossiers for the national system made since a moment, oldest first; 2 queries."""
    actor = request.auth  # type: ignore[attr-defined]
    require(actor, "results.list_registrations")
    rows = queries.registrations(actor, since=since)
    return {"count": rows.count(), "items": list(rows[offset : offset + limit])}
