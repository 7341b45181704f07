"""Reports as they were entered: of a card, those that wait, the whole with its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from opensti.domains.strategies.choices import ObservationState
from opensti.domains.strategies.models import Observation
from opensti.kernel.access import get_visible, visible
from opensti.kernel.searchtext import fold

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from opensti.domains.strategies.models import Indicator
    from opensti.kernel.access import Actor


def report_rows(row: Observation) -> QuerySet[Observation]:
    """The whole and the parts that were entered with it."""
    return Observation.objects.filter(
        indicator_id=row.indicator_id,
        reporter_id=row.reporter_id,
        period=row.period,
        vintage_label=row.vintage_label,
        entered_at=row.entered_at,
        entered_by_id=row.entered_by_id,
    )


def observations(actor: Actor) -> QuerySet[Observation]:
    """Wholes that the asker may know of, newest first; 1 query."""
    return (
        visible(actor, Observation.objects.filter(cell=""))
        .select_related("indicator", "reporter", "entered_by", "decided_by")
        .order_by("-pk")
    )


def to_approve(actor: Actor) -> QuerySet[Observation]:
    """Reports that wait for a second person: not those of the asker himself."""
    return (
        observations(actor)
        .filter(state=ObservationState.ENTERED, replaced_by=None)
        .exclude(entered_by_id=actor.user_id)
    )


def find_observations(rows: QuerySet[Observation], text: str) -> QuerySet[Observation]:
    """Narrow reports to those of a card, period or agency."""
    folded = fold(text)
    return rows.filter(
        Q(indicator__search_text__contains=folded)
        | Q(reporter__search_text__contains=folded)
        | Q(period=text.strip())
    )


def observation(actor: Actor, public_id: str) -> Observation:
    """One report; 1 query."""
    rows = Observation.objects.select_related(
        "indicator", "reporter", "entered_by", "decided_by", "vintage", "replaces"
    )
    return get_visible(actor, rows, public_id=public_id)


def parts_of(row: Observation) -> list[Observation]:
    """The parts that were entered with a whole, in order of their codes; 1 query."""
    return list(report_rows(row).exclude(cell="").order_by("cell"))


def history_of(actor: Actor, card: Indicator) -> list[Observation]:
    """All rows of a card that the asker may know of, newest period first; 1 query."""
    return list(
        visible(actor, Observation.objects.filter(indicator=card, cell=""))
        .select_related(
            "reporter", "entered_by", "decided_by", "vintage", "replaced_by"
        )
        .order_by("-period", "reporter_id", "-pk")
    )


def replaced_by(actor: Actor, row: Observation) -> Observation | None:
    """The row that took the place of one, if the asker may know of it; 1 query."""
    return visible(actor, Observation.objects.filter(replaces=row)).first()
