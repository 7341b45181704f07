"""Organisations, and people who agreed to it, with what they did in public.

Facts alone: tasks led, money approved, open results, open offers. Nothing here judges; red
flags stand elsewhere and are read by few.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, Sum
from django.utils.timezone import localdate

from opensti.domains.publications.queries import register
from opensti.domains.publications.queries.consenting import agreed_ids, with_consent
from opensti.domains.publications.queries.sight import sight
from opensti.domains.registry.queries import (
    names_borne,
    people_who_agreed,
    posts_now,
    public_organisation,
)
from opensti.kernel.refusals import NotFound
from opensti.kernel.searchtext import matches

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from django.db.models import QuerySet

    from opensti.domains.publications.queries.sight import Card
    from opensti.domains.registry.models import Organisation, Person, Position

MOST = 100  # of each kind on one page; the lists show all


@dataclass(frozen=True, kw_only=True)
class OrganisationPage:
    """An organisation with its public work; ``approved`` in whole đồng, none: withheld."""

    row: Organisation
    card: Card
    names: tuple[str, ...]
    tasks: tuple[Any, ...]
    tasks_led: int
    approved: Decimal | None
    approvals: int
    results: tuple[Any, ...]
    offers: tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class PersonPage:
    """A person who agreed to a public page, with present posts and public work."""

    row: Person
    card: Card
    posts: tuple[Position, ...]
    tasks: tuple[Any, ...]
    results: tuple[Any, ...]


def organisation_page(public_id: str, *, at: datetime) -> OrganisationPage:
    """One organisation in being, else ``NotFound``; 7 queries."""
    seen = sight(at=at)
    row = public_organisation(public_id)
    if not seen.shows_row("organisation", row):
        raise NotFound
    led: QuerySet[Any] = (
        seen.rows("task", register.tasks()).filter(host=row)
        if "host" in seen.open_fields("task")
        else register.tasks().none()
    )
    approved = _approved(row, seen)
    return OrganisationPage(
        row=row,
        card=seen.card("organisation", row),
        names=tuple(names_borne(row.pk)),
        tasks=tuple(led[:MOST]),
        tasks_led=led.count(),
        approved=approved["money"]
        if "amount" in seen.open_fields("decision")
        else None,
        approvals=approved["n"],
        results=(
            tuple(
                seen.rows("result", register.results()).filter(contract__host=row)[
                    :MOST
                ]
            )
            if "host" in seen.open_fields("result")
            else ()
        ),
        offers=(
            tuple(
                seen.rows("offer", register.offers(localdate(at))).filter(host=row)[
                    :MOST
                ]
            )
            if "host" in seen.open_fields("offer")
            else ()
        ),
    )


def _approved(row: Organisation, seen: Any) -> dict[str, Any]:
    """How much was approved for an organisation, where its name stands with decisions."""
    if "host" not in seen.open_fields("decision"):
        return {"n": 0, "money": None}
    found: dict[str, Any] = (
        seen.rows("decision", register.decisions())
        .filter(dossier__host=row)
        .order_by()
        .aggregate(n=Count("pk"), money=Sum("amount"))
    )
    return found


def organisation_list(*, at: datetime, q: str = "") -> QuerySet[Organisation]:
    """Organisations in being, by name, with how many public tasks each leads."""
    seen = sight(at=at)
    rows = seen.rows("organisation", register.organisations(q))
    led = Q(tasks__in=register.tasks().order_by().values("pk"))
    counted: QuerySet[Organisation] = rows.annotate(
        tasks_led=Count("tasks", filter=led, distinct=True)
    )
    return counted


def person_list(*, at: datetime, q: str = "") -> QuerySet[Person]:
    """People who agreed to a page of their own, by name."""
    rows = with_consent(matches(people_who_agreed(agreed_ids()), q))
    return sight(at=at).rows("person", rows)


def person_page(public_id: str, *, at: datetime) -> PersonPage:
    """One person who agreed, else ``NotFound``; 5 queries."""
    seen = sight(at=at)
    row = person_list(at=at).filter(public_id=public_id).first()
    if row is None:
        raise NotFound
    card = seen.card("person", row)
    works = card.shows("name") and "leader" in seen.open_fields("task")
    return PersonPage(
        row=row,
        card=card,
        posts=(
            tuple(posts_now([row.pk]).get(row.pk, ()))
            if card.shows("organisation")
            else ()
        ),
        tasks=(
            tuple(seen.rows("task", register.tasks()).filter(leader=row)[:MOST])
            if works
            else ()
        ),
        results=(
            tuple(
                seen.rows("result", register.results()).filter(authors__person=row)[
                    :MOST
                ]
            )
            if card.shows("name") and "authors" in seen.open_fields("result")
            else ()
        ),
    )
