"""Who may know of a result, enter it, correct it.

Whoever may know of the contract knows its results. Everybody knows of those of accepted
work that are open, and of those under embargo from their day on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from opensti.domains.procedures.choices import State
from opensti.domains.results.choices import Secrecy
from opensti.domains.results.models import Result, ResultAuthor, ResultVersion
from opensti.domains.results.permissions.sides import (
    is_of_the_host,
    of_known_contracts,
    office,
)
from opensti.domains.tasks.queries import closed_tasks
from opensti.kernel.access import Role, grant, has_role, sees
from opensti.kernel.files.serving import files_access
from opensti.kernel.record.holding import hold_back

if TYPE_CHECKING:
    from datetime import date

    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile

ACCEPTED = (State.ACCEPTED, State.CONFIRMED, State.RECOGNISED, State.REGISTERED)

grant(
    "results.list",
    has_role(
        Role.OFFICER,
        Role.SECRETARY,
        Role.LEADER,
        Role.FINANCE,
        Role.AUDITOR,
        Role.APPLICANT,
        Role.MANAGER,
    ),
    reads=True,
)
grant("results.add", is_of_the_host | office(Role.OFFICER))
grant("results.change", is_of_the_host | office(Role.OFFICER))
# What is registered already is the office's to correct.
grant("results.correct", office(Role.OFFICER))

# Which goal of a plan a result or a year of uptake serves.
grant("results.link_goal", office(Role.OFFICER))


def open_on(day: date) -> Q:
    """Results that everybody may know of on a day; those of a closed task follow it."""
    return (
        Q(contract__acceptance__case__state__in=ACCEPTED)
        & (Q(secrecy=Secrecy.OPEN) | Q(secrecy=Secrecy.EMBARGO, open_from__lte=day))
        & ~Q(contract__task__in=closed_tasks().values("pk"))
    )


def _results(actor: Actor) -> Q:
    # Ids, so that the joins of what is public do not weigh on the lists of the house.
    public = Result.objects.filter(open_on(timezone.localdate())).values("pk")
    if not actor.is_authenticated:
        return Q(pk__in=public)
    return of_known_contracts(actor) | Q(pk__in=public)


sees(Result, _results)
hold_back(
    "results.result",
    lambda: Result.objects.filter(contract__task__in=closed_tasks().values("pk")),
)
for part in (ResultAuthor, ResultVersion):
    sees(part, lambda actor: of_known_contracts(actor, "result__"))


def _may_read_file(actor: Actor, file: StoredFile) -> bool:
    """Papers of a result: whoever may know of its contract."""
    public_id = file.subject.partition(":")[2]
    rows = Result.objects.filter(of_known_contracts(actor), public_id=public_id)
    return rows.exists()


files_access("results.result", _may_read_file)
