"""What class an organisation belongs to; tables of peers, made at fixed days alone."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.timezone import localdate, make_aware
from django.utils.translation import gettext_lazy as _
from sti_methods.survey import told_classes

from opensti.domains.assessments import permissions as _permissions  # noqa: F401
from opensti.domains.assessments.choices import Audience, Sector, Size
from opensti.domains.assessments.lifecycle import HAS_RESULT
from opensti.domains.assessments.models import PeerProfile, PeerTable, Result, Sharing
from opensti.domains.assessments.permissions import on_day
from opensti.domains.assessments.queries.peers import (
    COUNTS,
    WHOLE,
    asked_key,
    quarter_day,
)
from opensti.kernel.access import SYSTEM, require
from opensti.kernel.checks import Faults
from opensti.kernel.economies import NAMES
from opensti.kernel.frozen import canonical, digest_of
from opensti.kernel.record.actions import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from opensti.kernel.access import Actor

    Told = dict[str, list[dict[str, Any]]]


@transaction.atomic
def describe(
    *,
    actor: Actor,
    organisation_id: int,
    economy: str,
    sector: str,
    size: str,
    at: datetime,
) -> PeerProfile:
    """Say with whom an organisation is compared; it counts from the next table on.

    Raises ``Invalid`` with everything that is not one of the lists.
    """
    require(actor, "assessments.share", organisation_id)
    wrong = Faults()
    if economy not in NAMES:
        wrong.add("economy", _("Choose an economy of the list."))
    if sector not in Sector.values:
        wrong.add("sector", _("Choose a sector of the list."))
    if size not in Size.values:
        wrong.add("size", _("Choose a size of the list."))
    wrong.refuse()
    made, _new = PeerProfile.objects.update_or_create(
        organisation_id=organisation_id,
        defaults={
            "economy": economy,
            "sector": sector,
            "size": size,
            "said_by_id": actor.user_id,
            "said_at": at,
        },
    )
    record(
        actor=actor,
        act="assessments.describe",
        subject=f"assessments.profile:{made.pk}",
        at=at,
        secret={"economy": economy, "sector": sector, "size": size},
    )
    return made


@transaction.atomic
def freeze_peers(*, at: datetime) -> PeerTable | None:
    """Make the table of the last quarter day, once; None where it stands already, or nobody shares.

    Counted are the newest results of organisations that shared with peers on that day and
    do so now, scored before it and less than two years old. What may be told beside
    everything told before is ``sti_methods.survey.told_classes``.
    """
    as_of = quarter_day(localdate(at))
    if PeerTable.objects.filter(as_of=as_of).exists():
        return None
    if not (traits := _traits(as_of, localdate(at))):
        return None
    newest = _newest(traits, as_of)
    earlier = [table.content["told"] for table in PeerTable.objects.all()]
    told = {
        key: _told(results, traits, [one.get(key, {}) for one in earlier])
        for key, results in newest.items()
    }
    counted = {key: sorted(r.pk for r in of.values()) for key, of in newest.items()}
    content = {"told": told, "counted": counted}
    made = PeerTable.objects.create(
        as_of=as_of,
        content=content,
        sha256=digest_of(canonical(content)),
        made_at=at,
    )
    record(
        actor=SYSTEM,
        act="assessments.freeze_peers",
        subject=f"assessments.peers:{as_of}",
        at=at,
        detail={"sha256": made.sha256},
    )
    return made


def _traits(as_of: date, today: date) -> dict[int, tuple[str, str, str]]:
    """Of those who shared with peers on that day and do so today: their classes."""

    def shared(day: date) -> Any:
        rows = Sharing.objects.filter(on_day(day), audience=Audience.PEERS)
        return rows.order_by().values("organisation_id")

    rows = PeerProfile.objects.filter(
        organisation_id__in=shared(as_of), organisation__merged_into=None
    ).filter(organisation_id__in=shared(today))
    return {r.organisation_id: (r.economy, r.sector, r.size) for r in rows}


def _newest(organisations: Iterable[int], as_of: date) -> dict[str, dict[int, Result]]:
    """By what was asked, the newest result of each organisation before a day."""
    end = make_aware(datetime.combine(as_of, time.min))
    rows = Result.objects.filter(
        assessment__organisation_id__in=list(organisations),
        assessment__state__in=HAS_RESULT,
        scored_at__lt=end,
        scored_at__gte=end - COUNTS,
    ).select_related("assessment")
    found: dict[str, dict[int, Result]] = defaultdict(dict)
    for row in rows.order_by("scored_at", "pk"):
        key = asked_key(row.content["digests"], row.content["form"])
        found[key][row.assessment.organisation_id] = row
    return found


def _told(
    results: Mapping[int, Result],
    traits: Mapping[int, tuple[str, str, str]],
    earlier: Iterable[Told],
) -> Told:
    """Part by part, as not every organisation has a score in each."""
    scores: dict[str, dict[int, float]] = defaultdict(dict)
    for of, row in results.items():
        parts = {one["clause"]: one["verified"] for one in row.content["clauses"]}
        for part, score in {**parts, WHOLE: row.content["whole"]["verified"]}.items():
            if score is not None:
                scores[part][of] = score
    before = list(earlier)
    found: Told = {}
    for part, by in scores.items():
        classes = told_classes(
            {str(of): traits[of] for of in by},
            {str(of): str(results[of].pk) for of in by},
            [
                frozenset(
                    (str(of), str(result)) for of, result, _score in one["entries"]
                )
                for table in before
                for one in table.get(part, ())
            ],
        )
        found[part] = [
            {
                "class": list(kind),
                "entries": sorted([int(of), int(r), by[int(of)]] for of, r in entries),
            }
            for kind, entries in sorted(classes.items())
        ]
    return found
