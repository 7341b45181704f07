"""What a reader can follow: a search, or the public acts on one thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opensti.domains.calls.queries import call_subject
from opensti.domains.contracts.queries import addresses_of_tasks, contract_subject
from opensti.domains.publications.choices import EntryKind
from opensti.domains.publications.models import SearchEntry, Subscription
from opensti.domains.publications.queries.articles import article_subject
from opensti.domains.publications.queries.search import Shown, shown_entries
from opensti.domains.results.queries import (
    acceptance_subject,
    acceptances_of_tasks,
    result_subject,
)
from opensti.domains.strategies.queries import plan_subject
from opensti.domains.tasks.queries import order_subject, task_subject
from opensti.kernel.record.queries import entries_of
from opensti.kernel.refusals import NotFound

if TYPE_CHECKING:
    from collections.abc import Callable

    from opensti.kernel.record.queries import Line

_SUBJECTS: dict[str, Callable[[str], str]] = {
    EntryKind.CALL: call_subject,
    EntryKind.ORDER: order_subject,
    EntryKind.DECISION: lambda public_id: f"portfolios.decision:{public_id}",
    EntryKind.TASK: task_subject,
    EntryKind.RESULT: result_subject,
    EntryKind.PLAN: plan_subject,
    EntryKind.NEWS: article_subject,
    EntryKind.EVENT: article_subject,
}
FOLLOWED = frozenset(_SUBJECTS)


def followed(kind: str, public_id: str) -> Shown:
    """The one thing as everybody may read it, else ``NotFound``; 2 queries."""
    if kind not in FOLLOWED:
        raise NotFound
    rows = SearchEntry.objects.filter(kind=kind, public_id=public_id)
    there = shown_entries(rows)
    if not there:
        raise NotFound
    return there[0]


def public_acts(thing: Shown) -> list[Line]:
    """What the record tells everybody of it, newest first; 1 query, 3 for a task."""
    kind, row = thing.entry.kind, thing.row
    subjects = [_SUBJECTS[kind](row.public_id)]
    if kind == EntryKind.TASK:
        decision = getattr(row, "decision", None)
        if decision:
            subjects.append(_SUBJECTS[EntryKind.DECISION](decision.public_id))
        contract = addresses_of_tasks([row.pk]).get(row.pk)
        if contract:
            subjects.append(contract_subject(contract))
        acceptance = acceptances_of_tasks([row.pk]).get(row.pk)
        if acceptance:
            subjects.append(acceptance_subject(acceptance))
    return list(reversed(entries_of(subjects, public_only=True)))


def subscription(public_id: str) -> Subscription | None:
    """The one with this address in its link; the signature was checked before."""
    return Subscription.objects.filter(public_id=public_id).first()
