"""Work that a worker does for readers: keep the index, mail what is new."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.utils.timezone import now

from opensti.domains.publications.actions.indexing import (
    REBUILD_JOB,
    ask_rebuild,
    catch_up,
    follow_days,
    rebuild_search,
)
from opensti.domains.publications.actions.subscribing import (
    CONFIRM_JOB,
    drop_unconfirmed,
    mail_confirmation,
    send_digests,
)
from opensti.domains.publications.choices import EntryKind
from opensti.kernel.jobs.registry import every, job

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from opensti.domains.tasks.events import ArchiveGrew
    from opensti.kernel.jobs.work import Work

MINUTE, HOURLY, DAILY = 60, 3600, 24 * 3600


@job(REBUILD_JOB)
def rebuild(work: Work) -> Mapping[str, Any]:
    """Compare the index with the register and mend it; repeats harmlessly."""

    def told(kind: str, done: int) -> None:
        work.progress(done, message=f"{EntryKind(kind).label}: {done}")

    found = rebuild_search(at=now(), kinds=work.payload["kinds"], told=told)
    return asdict(found)


@job(CONFIRM_JOB)
def confirm(work: Work) -> Mapping[str, Any]:
    return {
        "mailed": mail_confirmation(subscription_id=int(work.payload["subscription"]))
    }


@every(seconds=MINUTE, name="publications.catch_up", atomic=False)
def follow_the_record(at: datetime) -> None:
    """What an act left to the index and a dying process did not do is done now."""
    catch_up(at=at)


@every(seconds=HOURLY, name="publications.follow_days")
def follow(at: datetime) -> None:
    """What becomes public by its day alone enters the index."""
    follow_days(at=at)


@every(seconds=DAILY, name="publications.check_search")
def check(at: datetime) -> None:
    """Whatever escaped the index is found within a day."""
    ask_rebuild(at=at)


@every(seconds=DAILY, name="publications.send_digests", atomic=False)
def digests(at: datetime) -> None:
    """Readers are told what is new; addresses that nobody confirmed are erased."""
    drop_unconfirmed(at=at)
    send_digests(at=at)


def index_archive(event: ArchiveGrew) -> None:
    """An archive brings many tasks: a worker indexes them (follows ``ArchiveGrew``)."""
    ask_rebuild(kinds=[EntryKind.TASK], at=event.at)
