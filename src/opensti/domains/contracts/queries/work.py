"""What contracts ask of people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opensti.domains.contracts.queries.amending import amendment_arms
from opensti.domains.contracts.queries.approvals import signing_work, turn_arms
from opensti.domains.contracts.queries.drafting_work import drafting_work
from opensti.domains.contracts.queries.due_work import check_work, due_arms
from opensti.domains.contracts.queries.ending import ending_work
from opensti.domains.contracts.queries.joined import joined
from opensti.domains.contracts.queries.money_work import claims_work, money_arms
from opensti.domains.contracts.queries.running_work import running_arms, running_work

if TYPE_CHECKING:
    from datetime import date

    from opensti.kernel.access import Actor
    from opensti.kernel.work import WorkItem

# What needs more of a row than its columns is asked by itself.
SOURCES = (
    drafting_work,
    signing_work,
    running_work,
    check_work,
    ending_work,
    claims_work,
)


def work_for(actor: Actor, today: date) -> list[WorkItem]:
    """Lines for a person's home page; what tables say alike is asked in one query."""
    arms = [
        *turn_arms(actor, today),
        *running_arms(actor, today),
        *amendment_arms(actor, today),
        *money_arms(actor, today),
        *due_arms(actor, today),
    ]
    return [
        *joined(arms),
        *(line for work in SOURCES for line in work(actor, today)),
    ]
