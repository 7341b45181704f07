"""Keep the index of what harvesters are told of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

from django.db import transaction

from opensti.domains.publications.models import HarvestRecord, HarvestRun

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

AT_ONCE = 500
# A datestamp lies so far ahead of its writing that nobody who asked before could have been
# told that he knows everything up to it: who harvests from his last answer on loses nothing.
AHEAD = timedelta(seconds=3)


@dataclass(frozen=True, kw_only=True)
class Found:
    """A record as it stands now: from which life, and the digest of its words."""

    key: str
    kind: str
    life: str
    digest: str


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What a look at everything changed; ``whole`` is false if a newer one took over."""

    written: int
    deleted: int
    whole: bool


def keep_harvest(
    *,
    found: Iterable[Found],
    state: str,
    clock: Callable[[], datetime],
) -> Kept:
    """Let the index be what was found, all of it; ``state`` is the edition looked at.

    Only what differs is written, in short transactions, with the time of each as the
    datestamp. What was not found is marked deleted. A run that a newer one overtook stops:
    its datestamps would come too late. No act of a person, so nothing for the record.
    """
    with transaction.atomic():
        HarvestRun.objects.get_or_create(pk=1)
        run = HarvestRun.objects.select_for_update().get(pk=1)
        run.number += 1
        run.save()
    seen: set[int] = set()
    written = deleted = 0
    each = _once(found)
    while part := list(islice(each, AT_ONCE)):
        changed = _write(run.number, part, seen, clock)
        if changed is None:
            return Kept(written=written, deleted=deleted, whole=False)
        written += changed
    lost = HarvestRecord.objects.filter(deleted=False).order_by("pk")
    gone = (pk for pk in lost.values_list("pk", flat=True).iterator() if pk not in seen)
    while part_gone := list(islice(gone, AT_ONCE)):
        stamp = _stamp(clock)
        with transaction.atomic():
            if not _newest(run.number):
                return Kept(written=written, deleted=deleted, whole=False)
            HarvestRecord.objects.filter(pk__in=part_gone).update(
                deleted=True,
                changed_at=stamp,
                digest="",  # of words that may have been a person's: nothing is kept
            )
        deleted += len(part_gone)
    HarvestRun.objects.filter(pk=1, number=run.number).update(state=state)
    return Kept(written=written, deleted=deleted, whole=True)


def _once(found: Iterable[Found]) -> Iterator[Found]:
    """Each key the first time it comes: calls and hosts are part of many lives."""
    shared: set[str] = set()
    for one in found:
        if one.key not in shared:
            shared.add(one.key)
            yield one


def _write(
    number: int,
    part: Iterable[Found],
    seen: set[int],
    clock: Callable[[], datetime],
) -> int | None:
    """Write what differs of one part; nothing, and ``None``, if a newer run has begun."""
    wanted = {one.key: one for one in part}
    with transaction.atomic():
        if not _newest(number):
            return None
        stamp, changed, moved = _stamp(clock), [], []
        for row in HarvestRecord.objects.filter(key__in=wanted):
            one = wanted.pop(row.key)
            seen.add(row.pk)
            if row.digest != one.digest or row.deleted:
                row.digest, row.life, row.deleted = one.digest, one.life, False
                row.changed_at = stamp
                changed.append(row)
            elif row.life != one.life:  # told by another life; its words are the same
                row.life = one.life
                moved.append(row)
        HarvestRecord.objects.bulk_update(
            [*changed, *moved], ["digest", "life", "deleted", "changed_at"]
        )
        made = HarvestRecord.objects.bulk_create(
            HarvestRecord(
                key=one.key,
                kind=one.kind,
                life=one.life,
                digest=one.digest,
                changed_at=stamp,
            )
            for one in wanted.values()
        )
        seen.update(row.pk for row in made)
    written = [row.pk for row in (*changed, *made)]
    if written and clock() >= stamp:  # the writing took long: told anew, lost to nobody
        HarvestRecord.objects.filter(pk__in=written).update(changed_at=_stamp(clock))
    return len(written)


def _newest(number: int) -> bool:
    return HarvestRun.objects.select_for_update().get(pk=1).number == number


def _stamp(clock: Callable[[], datetime]) -> datetime:
    return (clock() + AHEAD).replace(microsecond=0)
