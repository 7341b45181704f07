"""What citizens say of public things, as open data: read only; acts go by their pages."""

from __future__ import annotations

from datetime import date, datetime  # noqa: TC003 -- read by the schemas at run time
from typing import TYPE_CHECKING, Annotated, Any

from django.utils.timezone import localdate
from ninja import Query, Router, Schema
from pydantic import Field

from opensti.domains.supervision import queries

if TYPE_CHECKING:
    from django.http import HttpRequest

    from opensti.domains.supervision.models import Voice

router = Router(tags=["voices"])


class VoiceOut(Schema):
    """One text: about what, by which level of identity, its answer, what became of it."""

    public_id: str
    kind: str
    about: str
    about_vi: str
    about_en: str
    level: str
    name: str
    text: str
    state: str
    received_at: datetime | None
    unit_vi: str
    unit_en: str
    due_on: date | None
    overdue: bool
    answer: str
    answered_at: datetime | None
    use: str
    use_reason: str
    use_link: str

    @staticmethod
    def resolve_about(row: Voice) -> str:
        return f"{row.about_kind}:{row.about_id}" if row.about_id else ""

    @staticmethod
    def resolve_name(row: Voice) -> str:
        return row.shown_name

    @staticmethod
    def resolve_unit_vi(row: Voice) -> str:
        return row.unit.name_vi if row.unit else ""

    @staticmethod
    def resolve_unit_en(row: Voice) -> str:
        return row.unit.name_en if row.unit else ""

    @staticmethod
    def resolve_overdue(row: Voice) -> bool:
        return (
            row.due_on is not None
            and row.answered_at is None
            and row.due_on < localdate()
        )


class Voices(Schema):
    count: int
    items: list[VoiceOut]


class About(Schema):
    """Which texts: about one public thing (``decision:ab12``), at most 500 at once."""

    about: str = Field("", max_length=80)
    q: str = Field("", max_length=200)
    limit: int = Field(100, ge=1, le=500)
    offset: int = Field(0, ge=0, le=10_000_000)


@router.get("/voices", response=Voices)
def voices(
    request: HttpRequest,  # noqa: ARG001
    page: Annotated[About, Query()],
) -> dict[str, Any]:
    """Published comments, questions, petitions and objections, newest first; 2 queries."""
    rows = queries.public_voices(page.q)
    if page.about:
        kind, _colon, public_id = page.about.partition(":")
        rows = rows.filter(about_kind=kind, about_id=public_id)
    return {
        "count": rows.count(),
        "items": list(rows[page.offset : page.offset + page.limit]),
    }
