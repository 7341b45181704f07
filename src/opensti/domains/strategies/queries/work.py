"""What plans and indicators ask of people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opensti.domains.strategies.queries.plans import plans_work

if TYPE_CHECKING:
    from datetime import date

    from opensti.kernel.access import Actor
    from opensti.kernel.work import WorkItem

SOURCES = (plans_work,)


def work_for(actor: Actor, today: date) -> list[WorkItem]:
    """Lines for a person's home page."""
    return [line for work in SOURCES for line in work(actor, today)]
