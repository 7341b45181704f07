"""Reports as they were entered: of a card, those that wait, the whole with its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from opensti.domains.strategies.choices import ObservationState
from opensti.domains.strategies.models import Observation
from opensti.kernel.access import get_visible, visible
from opensti.kernel.files.models import StoredFile
from opensti.kernel.files.serving import may_read
from opensti.kernel.searchtext import fold

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from opensti.domains.strategies.models import Indicator
    from opensti.kernel.access import Actor


# Whose the tables are that the office enters values of many bodies from.
IMPORTED = "strategies.observations:import"


def observation_subject(row: Observation) -> str:
    return f"strategies.observation:{row.public_id}"


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


def returned_to(actor: Actor) -> QuerySet[Observation]:
    """What the asker entered, was sent back to him, and can still be reported anew."""
    return observations(actor).filter(
        state=ObservationState.RETURNED,
        replaced_by=None,
        entered_by_id=actor.user_id,
        indicator__retired_on=None,
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
        "indicator", "reporter", "entered_by", "decided_by", "vintage"
    )
    return get_visible(actor, rows, public_id=public_id)


def parts_of(row: Observation) -> list[Observation]:
    """The parts that were entered with a whole, in order of their codes; 1 query."""
    return list(report_rows(row).exclude(cell="").order_by("cell"))


def observation_file(actor: Actor, row: Observation) -> StoredFile | None:
    """The kept file that a report came from, if the asker may read it; 3 queries at most.

    It was handed in with the report, as the agency's sheet of a campaign, or as a table
    of the office; ``permissions`` says who reads which.
    """
    if not row.sha256:
        return None
    whole = report_rows(row).get(cell="") if row.cell else row
    mine = Q(subject=observation_subject(whole)) | Q(subject=IMPORTED)
    if row.reporter_id is not None:
        mine |= Q(
            subject__startswith="strategies.campaign:",
            subject__endswith=f":{row.reporter_id}",
        )
    kept = StoredFile.objects.filter(mine, sha256=row.sha256).order_by("pk")
    return next((f for f in kept if f.is_readable and may_read(actor, f)), None)


def history_of(actor: Actor, card: Indicator) -> list[Observation]:
    """All rows of a card that the asker may know of, newest period first; 1 query."""
    return list(
        visible(actor, Observation.objects.filter(indicator=card, cell=""))
        .select_related(
            "reporter", "entered_by", "decided_by", "vintage", "replaced_by"
        )
        .order_by("-period", "reporter_id", "-pk")
    )


def replaces(actor: Actor, row: Observation) -> Observation | None:
    """The row whose place one took, if the asker may know of it; 1 query at most."""
    if row.replaces_id is None:
        return None
    return visible(actor, Observation.objects.filter(pk=row.replaces_id)).first()


def replaced_by(actor: Actor, row: Observation) -> Observation | None:
    """The row that took the place of one, if the asker may know of it; 1 query."""
    return visible(actor, Observation.objects.filter(replaces=row)).first()
