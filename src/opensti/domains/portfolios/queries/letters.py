"""The outbox of rounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opensti.domains.portfolios.choices import (
    LetterState,
)
from opensti.domains.portfolios.models import Letter, Round
from opensti.domains.portfolios.queries.rounds import by_order
from opensti.kernel.access import get_visible, visible

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from opensti.kernel.access import Actor


def letters(actor: Actor) -> QuerySet[Letter]:
    return visible(
        actor,
        Letter.objects.select_related(
            "decision__round",
            "decision__dossier__host",
            "recipient",
            "checked_by",
            "edited_by",
        ).order_by("decision__round_id", *by_order("decision__")),
    )


def letter(actor: Actor, public_id: str) -> Letter:
    return get_visible(
        actor,
        Letter.objects.select_related(
            "decision__round__call",
            "decision__dossier__host",
            "recipient",
            "checked_by",
            "edited_by",
        ),
        public_id=public_id,
    )


def letters_of(actor: Actor, round_: Round) -> QuerySet[Letter]:
    return letters(actor).filter(decision__round=round_)


def unmailed_letters(round_id: int) -> list[int]:
    """Ids of the released letters of a round that no mail has carried yet."""
    return list(
        Letter.objects.filter(
            decision__round_id=round_id, state=LetterState.RELEASED, mailed_at=None
        )
        .order_by("pk")
        .values_list("pk", flat=True)
    )
