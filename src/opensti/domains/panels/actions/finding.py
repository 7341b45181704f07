"""Look for ties: before anybody is invited, and again when the data change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q
from django.utils.timezone import localdate
from sti_methods.conflicts import METHOD

from opensti.domains.accounts.queries import holders_of
from opensti.domains.calls.queries import (
    call_subject,
    call_to_decide,
    dossiers_of_call,
    undecided_calls,
)
from opensti.domains.panels.actions.cases import Kept, follow, keep_ties, pair_of
from opensti.domains.panels.choices import SITTING, ConflictState
from opensti.domains.panels.models import (
    Conflict,
    ConflictSearch,
    Council,
    CouncilItem,
    Seat,
)
from opensti.domains.panels.problem import (
    Thing,
    build_ties,
    solve_ties,
)
from opensti.domains.panels.queries import council_subject
from opensti.domains.panels.queries.cases import OVER, search_subject
from opensti.domains.panels.queries.searches import (
    FIND_JOB as JOB,
)
from opensti.domains.panels.queries.searches import (
    councils_on_orders,
    key_of_search,
)
from opensti.domains.registry.queries import graph_people, people_of_accounts
from opensti.kernel.access import SYSTEM, Role, get_visible, require
from opensti.kernel.jobs.actions import enqueue
from opensti.kernel.record.actions import record
from opensti.kernel.record.queries import any_act_since, log_size

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from opensti.domains.calls.events import DossiersOpened
    from opensti.domains.panels.problem import TiesProblem
    from opensti.kernel.access import Actor
    from opensti.kernel.jobs.models import Job

# Whoever may act on a dossier by his office is looked at like the experts.
OFFICIALS = (Role.OFFICER, Role.SECRETARY, Role.LEADER, Role.FINANCE)
# Acts of these domains change what is looked at.
WATCHED = (
    "registry.",
    "calls.",
    "panels.add_seat",
    "panels.replace_seat",
    "panels.name_",
    "panels.set_tie_years",
    # Who asked for an order, and for which organisation.
    "needs.",
    "orders.",
)


def find_conflicts(
    *,
    actor: Actor,
    at: datetime,
    call_id: int | None = None,
    council_id: int | None = None,
) -> ConflictSearch:
    """Look at all experts and officials against all dossiers of a call or a council.

    Every tie found makes or changes a case; a case whose ties are gone lapses. What a call
    holds before it is opened is not looked at. Raises ``NotFound`` for what the person may
    not know of.
    """
    require(actor, "panels.find_conflicts")
    subject, dossiers, orders = _scope(actor, call_id, council_id)
    on = localdate(at)
    size = log_size()  # what is recorded from here on may not have been seen
    problem = build_ties(on=on, dossiers=dossiers, orders=orders)
    people = pool(dossiers=dossiers, orders=orders, on=at)
    found = solve_ties(problem, people=people, on=on)
    with transaction.atomic():
        kept = _write(problem, found, people, at)
        follow(kept.touched, actor=actor, at=at)
        search = ConflictSearch.objects.create(
            call_id=call_id,
            council_id=council_id,
            asked_by_id=actor.user_id,
            done_at=at,
            method=METHOD,
            rules={
                "years": problem.years,
                "least": settings.OPENSTI_CONFLICT_LEAST,
                "on": on.isoformat(),
            },
            data=problem.counted(),
            data_digest=problem.digest(),
            log_size=size,
            people=len(people),
            things=len(problem.cases),
            found=sum(len(ties) for ties in found.values()),
            opened=len(kept.opened) + len(kept.reopened),
        )
        record(
            actor=actor,
            act="panels.find_conflicts",
            subject=search_subject(search.public_id),
            at=at,
            detail={
                "of": subject,
                "method": METHOD,
                "data": search.data_digest,
                "people": search.people,
                "things": search.things,
            },
            secret={
                "opened": sorted(c.public_id for c in kept.opened),
                "reopened": sorted(c.public_id for c in kept.reopened),
                "lapsed": sorted(c.public_id for c in kept.lapsed),
            },
        )
    return search


def _scope(
    actor: Actor, call_id: int | None, council_id: int | None
) -> tuple[str, list[int], list[int]]:
    if council_id is not None:
        council = get_visible(actor, Council.objects.all(), pk=council_id)
        rows = CouncilItem.objects.filter(council=council).values_list(
            "dossier_id", "order_id"
        )
        pairs = list(rows)
        return (
            council_subject(council.public_id),
            sorted(d for d, _o in pairs if d is not None),
            sorted(o for _d, o in pairs if o is not None),
        )
    call = call_to_decide(actor=actor, call_id=call_id or 0)
    return call_subject(call.public_id), sorted(dossiers_of_call(call.pk)), []


def pool(
    *, dossiers: Collection[int], orders: Collection[int], on: datetime
) -> list[int]:
    """Whom to look at: experts, officials, whoever sits over these or has a case; 8 queries."""
    people = {p.person_id for p in graph_people() if p.is_expert and not p.merged_into}
    day = localdate(on)
    accounts = {user for role in OFFICIALS for user in holders_of(role, day)}
    people |= people_of_accounts(accounts)
    seats = Seat.objects.filter(state__in=SITTING).exclude(council__state__in=OVER)
    people |= set(
        seats.filter(council__items__dossier_id__in=list(dossiers)).values_list(
            "person_id", flat=True
        )
    )
    people |= set(
        Conflict.objects.filter(
            Q(dossier_id__in=list(dossiers)) | Q(order_id__in=list(orders))
        )
        .exclude(state=ConflictState.LAPSED)
        .values_list("person_id", flat=True)
    )
    if orders:
        people |= set(
            seats.filter(council__items__order_id__in=list(orders)).values_list(
                "person_id", flat=True
            )
        )
    return sorted(people)


def _write(
    problem: TiesProblem,
    found: dict[tuple[int, int], list[dict[str, object]]],
    people: Collection[int],
    at: datetime,
) -> Kept:
    """Write what was found, and look again at the cases of which nothing was."""
    pairs = {(person, Thing.of(case)): ties for (person, case), ties in found.items()}
    wanted = set(people)
    for case in _kept_of(problem.things):
        person, thing = pair_of(case)
        if person in wanted:
            pairs.setdefault((person, thing), [])
    return keep_ties(
        pairs,
        rules_of=lambda thing: problem.rules_of.get(thing.number, ()),
        words=lambda thing: problem.words.get(thing.number, ""),
        at=at,
        whole=True,
    )


def _kept_of(things: Iterable[Thing]) -> Iterable[Conflict]:
    wanted = list(things)
    for kind in ("dossier", "order"):
        ids = [t.pk for t in wanted if t.kind == kind]
        if ids:
            yield from Conflict.objects.filter(**{f"{kind}_id__in": ids}).only(
                "person_id", "dossier_id", "order_id"
            )


@transaction.atomic
def look_at(
    *, actor: Actor, council: Council, people: Collection[int], at: datetime
) -> None:
    """What the registry is sure of about some people and one agenda, kept as cases.

    Fast enough to be done when a seat is given; names that are only printed are left to
    the wide look, whose cases stay.
    """
    items = list(
        CouncilItem.objects.filter(council=council).values_list(
            "dossier_id", "order_id"
        )
    )
    problem = build_ties(
        on=localdate(at),
        dossiers=[d for d, _o in items if d is not None],
        orders=[o for _d, o in items if o is not None],
        people=people,
    )
    found = solve_ties(problem, people=people, on=localdate(at))
    kept = keep_ties(
        {(person, Thing.of(case)): ties for (person, case), ties in found.items()},
        rules_of=lambda thing: problem.rules_of.get(thing.number, ()),
        words=lambda thing: problem.words.get(thing.number, ""),
        at=at,
        whole=False,
    )
    follow(kept.touched, actor=actor, at=at)


# ---- by itself


def ask_to_find(
    *,
    actor: Actor,
    at: datetime,
    call_id: int | None = None,
    council_id: int | None = None,
) -> Job:
    """Let the search over a call or a council be done in the background; twice is once.

    Raises ``NotFound`` for what the person may not know of, ``StepNotAllowed`` for a call
    whose dossiers are sealed.
    """
    require(actor, "panels.find_conflicts")
    subject, payload = _target(actor, call_id, council_id)
    return enqueue(
        JOB,
        actor=actor,
        at=at,
        payload=payload,
        subject=subject,
        unique_key=key_of_search(**payload),
    )


def _target(
    actor: Actor, call_id: int | None, council_id: int | None
) -> tuple[str, dict[str, int]]:
    if council_id is not None:
        council = get_visible(actor, Council.objects.all(), pk=council_id)
        return council_subject(council.public_id), {"council": council.pk}
    call = call_to_decide(actor=actor, call_id=call_id or 0)
    return call_subject(call.public_id), {"call": call.pk}


def find_in_opened_call(event: DossiersOpened) -> None:
    """Follow the opening of a call: nobody is invited before it was looked through."""
    ask_to_find(actor=SYSTEM, at=event.at, call_id=event.call_id)


def look_again(*, at: datetime) -> int:
    """Search again in open calls and over orders when anything that counts changed.

    What changed is read from the record: nothing is looked at where no act of the
    domains that count was recorded since the last search. Cost then: 3 queries and 1 for
    each call and council on orders that is not over.
    """
    calls, councils = undecided_calls(), councils_on_orders()
    if not calls and not councils:
        return 0
    done = 0
    for name, ids in (("call_id", calls), ("council_id", councils)):
        last = dict(
            ConflictSearch.objects.filter(**{f"{name}__in": ids})
            .order_by()
            .values_list(name)
            .annotate(size=Max("log_size"))
        )
        for pk in ids:
            if pk not in last or any_act_since(last[pk], WATCHED):
                find_conflicts(actor=SYSTEM, at=at, **{name: pk})
                done += 1
    return done


__all__ = [
    "JOB",
    "ask_to_find",
    "find_conflicts",
    "find_in_opened_call",
    "look_again",
    "look_at",
    "pool",
]
