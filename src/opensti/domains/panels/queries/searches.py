"""How the searches for conflicts stand: the last of each call and council, and what runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Max, Q

from opensti.domains.calls.queries import call_names
from opensti.domains.panels.choices import CouncilState
from opensti.domains.panels.models import ConflictSearch, Council
from opensti.kernel.access import visible
from opensti.kernel.jobs.models import UNFINISHED, Job, JobState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opensti.kernel.access import Actor

FIND_JOB = "panels.find_conflicts"
_OVER = (CouncilState.CONCLUDED, CouncilState.DISSOLVED)
SHOWN = 50


@dataclass(frozen=True, kw_only=True)
class Searched:
    """A call or a council that is searched: when last, and whether it is under way.

    No number is among it: how many dossiers and cases there are is not everybody's to know.
    """

    kind: str
    thing: Any
    last: ConflictSearch | None
    job: Job | None

    @property
    def runs(self) -> bool:
        return self.job is not None and self.job.state in UNFINISHED

    @property
    def failed(self) -> bool:
        return (
            self.job is not None
            and self.job.state == JobState.FAILED
            and (self.last is None or self.last.done_at < self.job.asked_at)
        )


def key_of_search(*, call: int | None = None, council: int | None = None) -> str:
    """What makes two searches the same: one at a time of each."""
    return f"{FIND_JOB}:{call}" if council is None else f"{FIND_JOB}:council:{council}"


def councils_on_orders() -> list[int]:
    """Councils with an order on the agenda that are not over; 1 query."""
    rows = Council.objects.filter(items__order__isnull=False).exclude(state__in=_OVER)
    return sorted(set(rows.order_by().values_list("pk", flat=True)))


def searched(actor: Actor) -> list[Searched]:
    """The opened calls and councils on orders that a person knows, newest first; 4 queries."""
    calls: Sequence[Any] = list(
        call_names(actor=actor).filter(opened_at__isnull=False)[:SHOWN]
    )
    councils: Sequence[Any] = list(
        visible(actor, Council.objects.filter(items__order__isnull=False))
        .exclude(state__in=_OVER)
        .only("public_id", "title_vi", "title_en")
        .distinct()
        .order_by("-pk")[:SHOWN]
    )
    rows = ConflictSearch.objects.filter(
        Q(call_id__in=[c.pk for c in calls])
        | Q(council_id__in=[c.pk for c in councils])
    )
    newest = rows.order_by().values("call_id", "council_id").annotate(last=Max("pk"))
    last = {
        (row.call_id, row.council_id): row
        for row in rows.filter(pk__in=newest.values("last"))
    }
    keys = [key_of_search(call=c.pk) for c in calls]
    keys += [key_of_search(council=c.pk) for c in councils]
    asked = Job.objects.filter(kind=FIND_JOB, unique_key__in=keys).order_by()
    latest = asked.values("unique_key").annotate(last=Max("pk"))
    jobs = {job.unique_key: job for job in asked.filter(pk__in=latest.values("last"))}
    return [
        *(
            Searched(
                kind="call",
                thing=call,
                last=last.get((call.pk, None)),
                job=jobs.get(key_of_search(call=call.pk)),
            )
            for call in calls
        ),
        *(
            Searched(
                kind="council",
                thing=council,
                last=last.get((None, council.pk)),
                job=jobs.get(key_of_search(council=council.pk)),
            )
            for council in councils
        ),
    ]
