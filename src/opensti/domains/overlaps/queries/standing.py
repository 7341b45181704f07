"""How far the screening of a work is, and what may be told of it to whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from opensti.domains.overlaps import permissions as _permissions  # noqa: F401 -- who sees what
from opensti.domains.overlaps.choices import (
    BARRING,
    Kind,
    ScreeningState,
    VerdictState,
)
from opensti.domains.overlaps.models import (
    Document,
    Hit,
    Screening,
)
from opensti.domains.overlaps.queries.screenings import (
    newest,
    open_hits,
    thresholds,
)
from opensti.kernel.access import PUBLIC, SYSTEM, may, visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opensti.kernel.access import Actor


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How far the screening of a work is: for its own page, councils and rounds.

    Of the hits ``listed`` (at or above the threshold) some are still ``open``, without
    a standing verdict; ``barring`` verdicts stand in the way of an approval.
    """

    screening: Screening | None
    waiting: bool
    listed: int
    open: int
    barring: int

    @property
    def clear(self) -> bool:
        """Whether the work was compared, and nothing is open or in its way."""
        return (
            self.screening is not None
            and not self.waiting
            and not self.open
            and not self.barring
        )


def standing(actor: Actor, kind: str, object_id: int) -> Standing | None:
    """How far the screening of a work is; None where the person may not know; 2 queries.

    ``SYSTEM`` asks for the ministry's own rules.
    """
    if not may(actor, "overlaps.list"):
        return None
    least = thresholds().listed
    listed = Q(hits__probability__gte=least)
    stands = Q(hits__verdict__state=VerdictState.STANDING)
    rows = {
        row.state: row
        for row in visible(actor, Screening.objects.order_by())
        .filter(Q(state=ScreeningState.WAITING) | Q(current=True))
        .filter(kind=kind, object_id=object_id)
        .annotate(listed=Count("hits", filter=listed))
        .annotate(judged=Count("hits", filter=listed & stands))
        .annotate(
            barring=Count("hits", filter=stands & Q(hits__verdict__finding__in=BARRING))
        )
    }
    if not rows:
        return None
    done = rows.get(ScreeningState.DONE)
    return Standing(
        screening=done,
        waiting=ScreeningState.WAITING in rows,
        listed=done.listed if done else 0,
        open=done.listed - done.judged if done else 0,
        barring=done.barring if done else 0,
    )


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a screening found, for readers who do not see it: figures and public works.

    ``hits`` are listed ones with a standing verdict, of works that everybody may know.
    """

    screening: Screening
    listed: int
    judged: int
    hits: tuple[Hit, ...]


def told(kind: str, object_id: int) -> Told | None:
    """What may be told of a work's screening to whoever may know of the work; 3 queries.

    The caller asks who may know: councils for their members, the public register for
    what was decided.
    """
    found = standing(SYSTEM, kind, object_id)
    if found is None or found.screening is None:
        return None
    public = visible(PUBLIC, Document.objects.order_by()).values("pk")
    hits = (
        found.screening.hits.filter(
            verdict__state=VerdictState.STANDING, document__in=public
        )
        .select_related("document", "verdict")
        .order_by("-probability", "pk")
    )
    return Told(
        screening=found.screening,
        listed=found.listed,
        judged=found.listed - found.open,
        hits=tuple(hits),
    )


def standings(dossier_ids: Iterable[int]) -> dict[int, str]:
    """How dossiers stand, in a word: ``barred``, ``open``, ``clear``; 2 queries.

    Those that were never compared are left out. The caller asks who may know.
    """
    rows = (
        newest()
        .filter(kind=Kind.DOSSIER, object_id__in=list(dossier_ids))
        .annotate(open=Count("hits", filter=open_hits(thresholds().listed, "hits__")))
        .annotate(
            barring=Count(
                "hits",
                filter=Q(hits__verdict__state=VerdictState.STANDING)
                & Q(hits__verdict__finding__in=BARRING),
            )
        )
        .order_by("pk")
        .values_list("object_id", "barring", "open")
    )
    return {
        pk: "barred" if barring else "open" if waiting else "clear"
        for pk, barring, waiting in rows
    }


def barred(dossier_ids: Iterable[int]) -> dict[int, str]:
    """Dossiers that a standing verdict keeps from approval, with its finding; 1 query."""
    rows = (
        Hit.objects.filter(
            screening__in=newest().filter(
                kind=Kind.DOSSIER, object_id__in=list(dossier_ids)
            ),
            verdict__state=VerdictState.STANDING,
            verdict__finding__in=BARRING,
        )
        .order_by("pk")
        .values_list("screening__object_id", "verdict__finding")
    )
    return dict(rows)


def unjudged(dossier_ids: Iterable[int]) -> set[int]:
    """Dossiers with a likeness that people should have looked at; 2 queries."""
    rows = Hit.objects.filter(
        open_hits(thresholds().listed),
        screening__in=newest().filter(
            kind=Kind.DOSSIER, object_id__in=list(dossier_ids)
        ),
    )
    return set(rows.values_list("screening__object_id", flat=True))
