"""What people said, as everybody, the office and its authors read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils.timezone import now

from opensti.domains.portfolios import queries as portfolios_queries
from opensti.domains.publications.queries import about_public, kinds_named
from opensti.domains.supervision.choices import (
    OPEN,
    WAITING,
    Effect,
    VoiceKind,
    VoiceState,
)
from opensti.domains.supervision.models import (
    Objection,
    Petition,
    Support,
    Template,
    Unit,
    UnitMember,
    Voice,
)
from opensti.domains.supervision.permissions import on_day
from opensti.kernel.access import PUBLIC, get_visible, require, visible
from opensti.kernel.refusals import NotFound
from opensti.kernel.searchtext import matches

if TYPE_CHECKING:
    from datetime import date

    from opensti.kernel.access import Actor


def public_voices(q: str = "") -> QuerySet[Voice]:
    """What everybody reads of what is public now, newest first, with unit and names; 1 query.

    A text about a thing whose name is withheld is not found by words: they may be of the name.
    """
    rows = _of_public_things(_open()).filter(erased_at=None)
    return search_voices(rows.order_by("-received_at", "-pk"), q)


def search_voices(rows: QuerySet[Voice], q: str) -> QuerySet[Voice]:
    """Narrow public texts to those that hold the words."""
    return matches(rows.filter(about_kind__in=kinds_named()), q) if q else rows


def _open() -> QuerySet[Voice]:
    """Texts that were published; what they are about is asked once, of the register.

    ``visible`` would ask for closed things a second time, which is more than SQLite parses.
    """
    return _joined().filter(state__in=OPEN)


def _of_public_things(rows: QuerySet[Voice]) -> QuerySet[Voice]:
    return about_public(rows, at=now())


def voices_about(kind: str, public_id: str) -> QuerySet[Voice]:
    """What everybody reads about one thing that is public now, newest first."""
    rows = _open().filter(about_kind=kind, about_id=public_id)
    shown = about_public(rows.filter(erased_at=None), at=now(), kinds=[kind])
    return shown.order_by("-received_at", "-pk")


def public_voice(public_id: str) -> Voice:
    """One text that everybody reads, else ``NotFound``; an erased one shows its steps."""
    found = _of_public_things(_open()).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def overdue(rows: QuerySet[Voice], today: date) -> QuerySet[Voice]:
    """Those whose answer is late."""
    return rows.filter(state__in=WAITING, due_on__lt=today)


def hidden_voices() -> QuerySet[Voice]:
    """The public log of moderation: each hidden text without the text itself."""
    return (
        _of_public_things(Voice.objects.all())
        .filter(Q(state=VoiceState.HIDDEN) | Q(reviewed_at__isnull=False))
        .only(
            *("public_id", "kind", "about_kind", "about_id", "about_vi", "about_en"),
            *("state", "ground", "ground_words", "screened_at", "screened_role"),
            *("review_asked_at", "reviewed_at", "review_words", "level"),
        )
        .order_by("-screened_at", "-pk")
    )


def petitions(q: str = "") -> QuerySet[Petition]:
    """Petitions that everybody reads, newest first."""
    rows = _asking(Petition.objects.select_related("voice", "voice__unit"))
    rows = rows.filter(voice__erased_at=None).order_by("-voice__received_at", "-pk")
    return matches(rows, q, field="voice__search_text")


def petition(public_id: str) -> Petition:
    rows = Petition.objects.select_related(
        "voice__unit", "voice__author", "voice__organisation"
    )
    return get_visible(PUBLIC, _asking(rows), voice__public_id=public_id)


def _asking(rows: QuerySet[Petition]) -> QuerySet[Petition]:
    """Those that everybody reads; a petition is of no public thing."""
    return visible(PUBLIC, rows).filter(voice__about_kind="")


def named_supporters(found: Petition) -> list[str]:
    """Names of supporters who chose to be shown; 1 query."""
    rows = Support.objects.filter(petition=found, confirmed_at__isnull=False)
    return list(rows.exclude(said_name="").values_list("said_name", flat=True)[:200])


def objection_of(voice: Voice) -> Objection | None:
    """What an objection asks and does, 1 query at most."""
    if voice.kind != VoiceKind.OBJECTION:
        return None
    return Objection.objects.filter(voice=voice).first()


@dataclass(frozen=True, kw_only=True)
class Objected:
    """Objections to what a public page shows: how many wait, how many have an answer."""

    pending: int = 0
    answered: int = 0
    suspended: bool = False


def objections_about(kind: str, public_id: str) -> Objected | None:
    """Objections to a decision, or to refusals of a call; counts only, 1 query.

    Refusals are not public, so of theirs there is a number and no name.
    """
    if kind == "call":
        pending, answered = portfolios_queries.objection_counts(public_id)
        return Objected(pending=pending, answered=answered)
    if kind != "decision":
        return None
    rows = Objection.objects.filter(
        voice__about_kind=kind, voice__about_id=public_id, voice__state__in=OPEN
    ).values_list("voice__state", "effect", "lifted_at")
    states = list(rows)
    pending = sum(state in WAITING for state, _effect, _lifted in states)
    return Objected(
        pending=pending,
        answered=len(states) - pending,
        suspended=any(e == Effect.SUSPEND and gone is None for _s, e, gone in states),
    )


# ---- the office


def to_screen(actor: Actor) -> QuerySet[Voice]:
    """What waits to be screened, earliest due first; own texts are another's."""
    require(actor, "supervision.read_queue")
    rows = visible(actor, _joined()).filter(state=VoiceState.RECEIVED)
    return rows.exclude(author_id=actor.user_id or 0).order_by("screen_by", "pk")


def to_review(actor: Actor) -> QuerySet[Voice]:
    """What a second person is asked to look at, and this one may."""
    require(actor, "supervision.read_queue")
    rows = visible(actor, _joined()).filter(
        state=VoiceState.HIDDEN, review_asked_at__isnull=False, reviewed_at=None
    )
    return rows.exclude(screened_by_id=actor.user_id or 0).order_by("review_by", "pk")


def voices(actor: Actor) -> QuerySet[Voice]:
    """All of them as the office sees them, those to be answered first."""
    require(actor, "supervision.read_queue")
    return visible(actor, _joined()).order_by("due_on", "-pk")


def voice(actor: Actor, public_id: str) -> Voice:
    require(actor, "supervision.read_queue")
    return get_visible(actor, _joined(), public_id=public_id)


def units_of(actor: Actor, today: date) -> list[int]:
    """The units this person answers for; 1 query."""
    rows = UnitMember.objects.filter(on_day(today), user_id=actor.user_id or 0)
    return list(rows.values_list("unit_id", flat=True))


def units() -> QuerySet[Unit]:
    return Unit.objects.all()


def members(today: date) -> QuerySet[UnitMember]:
    return UnitMember.objects.filter(on_day(today)).select_related("unit", "user")


def templates(actor: Actor) -> QuerySet[Template]:
    return visible(actor, Template.objects.all())


def _joined() -> QuerySet[Voice]:
    return Voice.objects.select_related("unit", "author", "organisation")
