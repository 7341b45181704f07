"""Organisations and people on pages that everybody reads.

An organisation in being is known to everybody. A person is not: whoever asks here has that
person's consent, and contact data, gender and year of birth are never read along.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from opensti.domains.registry.models import (
    Organisation,
    OrganisationName,
    Person,
    Position,
)
from opensti.kernel.access import PUBLIC, get_visible

if TYPE_CHECKING:
    from collections.abc import Iterable


def public_organisation(public_id: str) -> Organisation:
    """One organisation in being with province and parent, else ``NotFound``; 1 query."""
    rows = Organisation.objects.select_related("province", "parent")
    return get_visible(PUBLIC, rows, public_id=public_id)


def names_borne(organisation_id: int) -> list[str]:
    """Other names by which an organisation is found; 1 query."""
    rows = OrganisationName.objects.filter(organisation_id=organisation_id)
    return list(rows.order_by("name").values_list("name", flat=True))


def people_who_agreed(ids: Any) -> QuerySet[Person]:
    """People among ``ids`` (numbers or a subquery) who are still in the registry, by name."""
    return (
        Person.objects.filter(pk__in=ids, merged_into=None, user__isnull=False)
        .only(
            "public_id", "full_name", "degree", "academic_title", "orcid", "search_text"
        )
        .order_by("full_name", "pk")
    )


def posts_now(ids: Iterable[int]) -> dict[int, list[Position]]:
    """Present positions with their organisations, the main one first; 1 query."""
    today = localdate()
    rows = (
        Position.objects.filter(
            Q(until=None) | Q(until__gt=today), person_id__in=list(ids)
        )
        .select_related("organisation")
        .order_by("person_id", "-is_primary", "pk")
    )
    found: dict[int, list[Position]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(row)
    return found
