"""The expert's reading room: a dossier or an order as it was handed in, and its papers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language

from opensti.domains.calls.queries import (
    attachments_on_agenda,
    form_of,
    handed_in_content,
    totals,
)
from opensti.domains.panels.choices import VOTING, SeatState
from opensti.domains.panels.permissions import FOLLOWERS, keeps
from opensti.domains.panels.queries.councils import own_seat
from opensti.domains.panels.queries.rules import rule_of
from opensti.domains.procedures.regimes.forms import (
    as_text,
    is_empty,
    visible_fields,
    visible_sections,
)
from opensti.domains.tasks.queries import orders_on_agenda
from opensti.kernel.access import Role
from opensti.kernel.refusals import NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opensti.domains.calls.queries import Content, Totals
    from opensti.domains.panels.models import CouncilItem
    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One field as readers see it; a table has a head and rows instead of a text."""

    label: str
    text: str
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Chapter:
    id: str
    label: str
    part: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The whole of a dossier, or of an order, for those who judge it."""

    chapters: tuple[Chapter, ...]
    content: Content | None
    totals: Totals | None
    order: Any
    files: tuple[Any, ...]


def may_read(actor: Actor, item: CouncilItem) -> bool:
    """Members once the documents were sent; officials who follow the council always.

    A member has accepted the seat and signed the undertaking of secrecy before, with his
    interests declared: whoever judges gives it, whatever other office he holds.

    The caller has found the item with ``item``: nobody recused comes this far.
    """
    council = item.council
    seat = own_seat(actor, council)
    judges = seat is not None and seat.role in VOTING
    signed = (
        seat is not None
        and seat.state == SeatState.ACCEPTED
        and hasattr(seat, "undertaking")
    )
    if actor.has(*FOLLOWERS, Role.FINANCE) or keeps(actor, council):
        return signed or not judges
    return (
        signed
        and council.documents_sent_at is not None
        and not rule_of(council).secrecy  # such papers are read on paper, in the room
    )


def reading(actor: Actor, item: CouncilItem) -> Reading | None:
    """What there is to read; nothing before the documents are sent."""
    if not may_read(actor, item):
        return None
    if item.order_id is not None:
        order = orders_on_agenda([item.order_id]).get()
        return Reading(chapters=(), content=None, totals=None, order=order, files=())
    dossier = item.dossier
    if dossier is None:
        raise NotFound
    content = handed_in_content(dossier)
    return Reading(
        chapters=_chapters(dossier, content),
        content=content,
        totals=totals(content.budget),
        order=None,
        files=tuple(_papers(dossier.pk, content)),
    )


def _papers(dossier_id: int, content: Content) -> list[Any]:
    """The papers that were handed in: those added since are the writers' own."""
    known = {a.get("file") for a in content.attachments}
    return [
        paper
        for paper in attachments_on_agenda(dossier_id=dossier_id)
        if paper.file.public_id in known
    ]


def _chapters(dossier: Any, content: Content) -> tuple[Chapter, ...]:
    form, lang = form_of(dossier), get_language() or "vi"
    return tuple(
        Chapter(
            id=section.id,
            label=section.label(lang),
            part=section.part,
            answers=tuple(
                _answer(field, content.answers.get(field.id), lang)
                for field in visible_fields(section, content.answers)
                if field.type != "file"
            ),
        )
        for section in visible_sections(form, content.answers)
    )


def _answer(field: Any, value: Any, lang: str) -> Answer:
    if field.type == "table" and isinstance(value, list):
        return Answer(
            label=field.label(lang),
            text="",
            head=tuple(c.label(lang) for c in field.columns),
            rows=tuple(
                _row(field, row, lang) for row in value if isinstance(row, dict)
            ),
        )
    return Answer(
        label=field.label(lang),
        text="" if is_empty(value) else as_text(field, value, lang),
    )


def _row(field: Any, row: Mapping[str, Any], lang: str) -> tuple[str, ...]:
    return tuple(
        "" if is_empty(row.get(c.id)) else as_text(c, row.get(c.id), lang)
        for c in field.columns
    )


def readable_paper(actor: Actor, item: CouncilItem, public_id: str) -> StoredFile:
    """The file of a paper of this item's dossier; the caller serves it."""
    found = reading(actor, item)
    for paper in found.files if found is not None else ():
        if paper.file.public_id == public_id and paper.file.is_readable:
            file: StoredFile = paper.file
            return file
    raise NotFound
