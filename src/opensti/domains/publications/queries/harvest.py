"""What the index of harvestable records can be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Min

from opensti.domains.publications.models import HarvestRecord, HarvestRun

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which records: of one kind (empty: all), changed from a time on and before another."""

    kind: str = ""
    since: datetime | None = None
    before: datetime | None = None


def harvest_part(
    wanted: Wanted, *, after: int, at_once: int
) -> Sequence[HarvestRecord]:
    """The next records in the order in which they first came; 1 query.

    A record keeps its place whatever happens to it, so that who reads part by part meets
    each once while they change.
    """
    return list(_rows(wanted).filter(pk__gt=after).order_by("pk")[:at_once])


def harvest_size(wanted: Wanted) -> int:
    """How many records there are; 1 query."""
    return _rows(wanted).count()


def harvest_record(key: str) -> HarvestRecord | None:
    """One record, deleted or not; 1 query."""
    return HarvestRecord.objects.filter(key=key).first()


def harvest_began() -> datetime | None:
    """The earliest datestamp; 1 query."""
    first: datetime | None = HarvestRecord.objects.aggregate(at=Min("changed_at"))["at"]
    return first


def harvested_state() -> str:
    """The edition that the last whole look saw; empty before the first; 1 query."""
    return HarvestRun.objects.filter(pk=1).values_list("state", flat=True).first() or ""


def _rows(wanted: Wanted) -> QuerySet[HarvestRecord]:
    rows = HarvestRecord.objects.all()
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.since is not None:
        rows = rows.filter(changed_at__gte=wanted.since)
    if wanted.before is not None:
        rows = rows.filter(changed_at__lt=wanted.before)
    return rows
