"""A case as the public will see it: what an official may see, through the public's eyes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opensti.domains.contracts import queries as contracts_queries
from opensti.domains.portfolios import queries as portfolios_queries
from opensti.domains.publications.disclosure import Audience
from opensti.domains.publications.queries.policies import policy_in_force
from opensti.domains.publications.queries.sight import Card, Sight
from opensti.domains.results import queries as results_queries
from opensti.domains.tasks import queries as tasks_queries
from opensti.kernel.access import PUBLIC, require
from opensti.kernel.refusals import NotFound

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from opensti.kernel.access import Actor

# How each kind is read by a person, with the refusal of what he may not know.
CASES: dict[str, Callable[[Actor, str], Any]] = {
    "order": tasks_queries.order,
    "task": tasks_queries.task,
    "decision": portfolios_queries.decision,
    "contract": contracts_queries.contract,
    "result": results_queries.result,
}


@dataclass(frozen=True, kw_only=True)
class Preview:
    """The row with what is withheld empty; ``there`` is whether the policy shows it at all.

    ``public`` is whether its state makes it public now; else it is shown as if it did.
    """

    row: Any
    card: Card
    there: bool
    public: bool


def preview(actor: Actor, kind: str, public_id: str, *, day: date) -> Preview:
    """One case by the policy of a day; ``NotFound`` unless the person may see the case."""
    require(actor, "publications.preview")
    row = CASES[kind](actor, public_id)
    policy, since = policy_in_force(day)
    by = Sight(policy=policy, audience=Audience.PUBLIC, day=day, since=since)
    there = by.shows_row(kind, row)
    if there:
        row = by.one(kind, row)
    return Preview(
        row=row,
        card=by.card(kind, row),
        there=there,
        public=_is_public(kind, public_id),
    )


def _is_public(kind: str, public_id: str) -> bool:
    """Whether its state makes the case public today, whatever the policy says of it."""
    try:
        if kind == "result":
            results_queries.public_result(public_id)
        else:
            CASES[kind](PUBLIC, public_id)
    except NotFound:
        return False
    return True
