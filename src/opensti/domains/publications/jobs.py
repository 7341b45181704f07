"""What is told, sent, indexed and mailed by itself."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.utils.timezone import now

from opensti.domains.publications.actions.changes import tell_changes
from opensti.domains.publications.actions.figures import (
    FIGURES_JOB,
    ask_figures,
    make_figures,
)
from opensti.domains.publications.actions.indexing import (
    REBUILD_JOB,
    ask_rebuild,
    catch_up,
    follow_days,
    follow_policy,
    rebuild_search,
)
from opensti.domains.publications.actions.sending import (
    forget_deliveries,
    put_on_the_way,
    send_due,
)
from opensti.domains.publications.actions.subscribing import (
    CONFIRM_JOB,
    drop_unconfirmed,
    mail_confirmation,
    send_digests,
)
from opensti.domains.publications.choices import EntryKind
from opensti.domains.publications.queries.webhooks import due_endpoints
from opensti.kernel.access import SYSTEM
from opensti.kernel.jobs.actions import enqueue
from opensti.kernel.jobs.registry import every, job

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from opensti.domains.tasks.events import ArchiveGrew
    from opensti.kernel.jobs.work import Work

SEND_JOB = "publications.send_changes"
MINUTE, HOURLY, DAILY = 60, 3600, 24 * 3600


@every(seconds=15, name="publications.tell_changes", atomic=False)
def tell(at: datetime) -> None:
    """Tell what changed, and ask for its sending: a job for each address that waits."""
    tell_changes(at=at)
    put_on_the_way(at=at)
    for pk in due_endpoints(at):
        enqueue(
            SEND_JOB,
            actor=SYSTEM,
            at=at,
            payload={"endpoint": pk},
            unique_key=f"{SEND_JOB}:{pk}",
        )


@job(SEND_JOB, tries=1)
def send(work: Work) -> Mapping[str, Any]:
    """Send what is due for one address; one that hangs holds nobody else up for long."""
    return {"arrived": send_due(endpoint_id=int(work.payload["endpoint"]), at=now())}


@every(seconds=DAILY, name="publications.forget_deliveries")
def forget(at: datetime) -> None:
    """Keep the log of deliveries for thirty days."""
    forget_deliveries(at=at)


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


@every(seconds=MINUTE, name="publications.follow_policy")
def follow_the_policy(at: datetime) -> None:
    """An index of another policy than the one in force is made anew."""
    follow_policy(at=at)


@every(seconds=HOURLY, name="publications.follow_days")
def follow(at: datetime) -> None:
    """What becomes public by its day alone enters the index."""
    follow_days(at=at)


@job(FIGURES_JOB)
def figures(work: Work) -> Mapping[str, Any]:  # noqa: ARG001 -- what every job is handed
    """Work out the figures of the whole register anew; repeats harmlessly."""
    return {"kept": make_figures(at=now())}


@every(seconds=MINUTE, name="publications.ask_figures")
def follow_with_figures(at: datetime) -> None:
    """Figures of a large register follow the acts within minutes."""
    ask_figures(at=at)


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
