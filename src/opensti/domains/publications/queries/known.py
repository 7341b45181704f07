"""Plans, goals and what is measured, as a person (or the key of one) reads them.

The house's own readers by their permissions. Everybody else, whatever he manages or applies
for, as the policy shows it, and beside that what his own agency was asked for. ``seen`` asks the
policy, and is called for those others alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from opensti.domains.publications.disclosure import WHOLE_ROW
from opensti.domains.publications.queries.chains import chain_as_shown
from opensti.domains.results import queries as results
from opensti.domains.strategies import queries as strategies
from opensti.kernel.access import may
from opensti.kernel.refusals import NotFound

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

    from opensti.domains.publications.queries.sight import Sight
    from opensti.domains.results.queries import Chain
    from opensti.domains.strategies.models import (
        CompositeModel,
        CompositeVersion,
        Indicator,
        MethodRun,
        Observation,
        Plan,
    )
    from opensti.kernel.access import Actor

    Seen = Callable[[], Sight]


def plans_known(actor: Actor, seen: Seen, q: str = "") -> QuerySet[Plan]:
    """Plans, latest first; 1 query."""
    if may(actor, "strategies.list_plans"):
        return strategies.plans(actor, q)
    by = seen()
    return by.search("plan", by.rows("plan", strategies.plans(actor)), q)


def plan_known(actor: Actor, seen: Seen, public_id: str) -> tuple[Plan, bool]:
    """One plan, and whether its tree is shown; else ``NotFound``; 1 query."""
    found = strategies.plan(actor, public_id)
    if may(actor, "strategies.list_plans"):
        return found, True
    by = seen()
    shown = by.one("plan", found)
    return shown, by.shows("plan", "tree", shown) and by.is_open("goal", WHOLE_ROW)


def goal_chain_known(
    actor: Actor, seen: Seen, public_id: str, *, most: int = results.MOST_SHOWN
) -> Chain:
    """What serves a goal; ``most`` rows of each stage; 23 queries.

    Raises ``NotFound`` for a goal, or of a plan, that the reader is not shown.
    """
    goal = strategies.goal_of_chain(actor, public_id)
    if may(actor, "strategies.list_plans"):
        return results.goal_chain(actor, goal, most=most)
    by = seen()
    by.one("plan", goal.plan)
    chain = results.goal_chain(actor, by.one("goal", goal), most=most)
    for one in chain.below:
        one.plan = goal.plan
    return chain_as_shown(chain, by)


def indicators_known(actor: Actor, seen: Seen) -> QuerySet[Indicator]:
    """Cards by code: published ones, and those that one's own agency reports; 1 query."""
    cards = strategies.indicators(actor)
    if may(actor, "strategies.list_indicators"):
        return cards
    published = seen().rows("indicator", strategies.public_indicators()).order_by()
    return cards.filter(
        Q(pk__in=published.values("pk"))
        | Q(pk__in=strategies.indicators_asked_of(actor))
    )


def observations_known(actor: Actor, seen: Seen) -> QuerySet[Observation]:
    """Values, newest first: published ones of shown cards, and one's own; 1 query."""
    rows = strategies.observations(actor)
    if may(actor, "strategies.list_indicators"):
        return rows
    shown = seen().rows("indicator", strategies.public_indicators()).order_by()
    return rows.filter(
        Q(indicator__in=shown.values("pk")) | Q(reporter_id__in=actor.manages)
    )


def index_known(
    actor: Actor, seen: Seen, public_id: str
) -> tuple[CompositeModel, list[CompositeVersion]]:
    """An index with its versions, newest first; ``NotFound`` where none is shown; 2 queries."""
    model = strategies.index(actor, public_id)
    versions = list(strategies.versions_of(actor, model))
    if not may(actor, "strategies.list_accounts"):
        by = seen()
        versions = [one for one in versions if by.shows_row("index", one)]
        if not versions:
            raise NotFound
    return model, versions


def index_version_known(actor: Actor, seen: Seen, public_id: str) -> CompositeVersion:
    """One version with all that it holds, else ``NotFound``; 1 query."""
    found = strategies.index_version(actor, public_id)
    if may(actor, "strategies.list_accounts"):
        return found
    return seen().one("index", found)


def account_known(actor: Actor, seen: Seen, public_id: str) -> MethodRun:
    """One run of the productivity accounts with its figures, else ``NotFound``; 2 queries."""
    found = strategies.account_run(actor, public_id)
    if may(actor, "strategies.list_accounts"):
        return found
    return seen().one("account", found)
