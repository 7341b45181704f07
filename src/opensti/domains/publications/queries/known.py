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
        PlanAction,
        PlanComment,
    )
    from opensti.kernel.access import Actor

    Seen = Callable[[], Sight]

# What of a plan is more than a fact of its head.
PLAN_PARTS = frozenset({"tree", "comments", "editions"})


def plans_known(actor: Actor, seen: Seen, q: str = "") -> QuerySet[Plan]:
    """Plans, latest first; 1 query."""
    if may(actor, "strategies.list_plans"):
        return strategies.plans(actor, q)
    by = seen()
    return by.search("plan", by.rows("plan", strategies.plans(actor)), q)


def plan_known(actor: Actor, seen: Seen, public_id: str) -> tuple[Plan, bool]:
    """One plan, and whether its tree is shown; else ``NotFound``; 1 query."""
    found, parts = plan_parts_known(actor, seen, public_id)
    return found, "tree" in parts


def plan_parts_known(
    actor: Actor, seen: Seen, public_id: str
) -> tuple[Plan, frozenset[str]]:
    """One plan, and which of ``PLAN_PARTS`` are shown; else ``NotFound``; 1 query."""
    found = strategies.plan(actor, public_id)
    if may(actor, "strategies.list_plans"):
        return found, PLAN_PARTS
    by = seen()
    shown = by.one("plan", found)
    return shown, plan_parts_shown(by, shown)


def plan_parts_shown(by: Sight, plan: Plan) -> frozenset[str]:
    """Which parts of a plan are shown: editions bear the number of their act; no query."""
    card = by.card("plan", plan)
    also = {
        "tree": by.is_open("goal", WHOLE_ROW),
        "comments": True,
        "editions": card.shows("act_number"),
    }
    return frozenset(key for key in PLAN_PARTS if also[key] and card.shows(key))


def plan_above_known(actor: Actor, seen: Seen, plan: Plan) -> Plan | None:
    """The plan that one stands under, where its code is shown; 1 query at most."""
    above = strategies.plan_above(actor, plan)
    if above is None or may(actor, "strategies.list_plans"):
        return above
    by = seen()
    shown = by.shows_row("plan", above) and by.card("plan", above).shows("code")
    return above if shown else None


def plan_tree_known(actor: Actor, seen: Seen, public_id: str) -> Plan:
    """One plan whose tree is shown, else ``NotFound``; 1 query."""
    found, parts = plan_parts_known(actor, seen, public_id)
    if "tree" not in parts:
        raise NotFound
    return found


def plan_edition_known(
    actor: Actor, seen: Seen, public_id: str
) -> tuple[Plan, frozenset[str]]:
    """One plan whose editions and tree are shown, with what of a tree is not told; 1 query.

    An edition holds the head of the plan as it was: where a fact of the head is withheld
    its editions are.
    """
    found, parts = plan_parts_known(actor, seen, public_id)
    if may(actor, "strategies.list_plans"):
        return found, frozenset()
    if not parts >= {"tree", "editions"} or seen().card("plan", found).missing:
        raise NotFound
    return found, frozenset({"risks"})


def plan_comments_known(
    actor: Actor, parts: frozenset[str], plan: Plan
) -> QuerySet[PlanComment]:
    """Comments as the parts of a plan that are shown say; one's own always; 1 query."""
    rows = strategies.plan_comments(actor, plan)
    return rows if "comments" in parts else rows.filter(author_id=actor.user_id)


def plan_action_known(actor: Actor, seen: Seen, public_id: str) -> PlanAction:
    """One action of a plan whose tree is shown, else ``NotFound``; 8 queries."""
    found = strategies.plan_action(actor, public_id)
    if not may(actor, "strategies.list_plans"):
        by = seen()
        if "tree" not in plan_parts_shown(by, by.one("plan", found.plan)):
            raise NotFound
    return found


def goal_parts_known(actor: Actor, seen: Seen, plan: Plan) -> tuple[bool, bool]:
    """Whether the actions and money of a plan are shown, and its indicators; no query."""
    if may(actor, "strategies.list_plans"):
        return True, True
    by = seen()
    tree = "tree" in plan_parts_shown(by, plan)
    return tree, tree and by.is_open("indicator", WHOLE_ROW)


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


def observation_known(actor: Actor, seen: Seen, public_id: str) -> Observation:
    """One value: published of a shown card, or of one's own agency; else ``NotFound``; 1 query."""
    found = strategies.observation(actor, public_id)
    own = found.reporter_id in actor.manages
    if not own and not may(actor, "strategies.list_indicators"):
        seen().one("indicator", found.indicator)
    return found


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
