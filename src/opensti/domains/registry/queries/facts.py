"""Who people are, for counting them together: never shown of one person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from opensti.domains.registry.models import Person, Position

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """Codes of one person on a day; empty where nothing is known."""

    gender: str = ""
    degree: str = ""
    academic_title: str = ""
    organisation_kind: str = ""
    province: str = ""


def facts_of(ids: Collection[int], on: date) -> dict[int, Facts]:
    """Codes of people and of the organisation of their main position; 2 queries."""
    posts: dict[int, tuple[str, str]] = {}
    rows = (
        Position.objects.filter(Q(until=None) | Q(until__gt=on), person_id__in=ids)
        .order_by("person_id", "-is_primary", "pk")
        .values_list("person_id", "organisation__kind", "organisation__province__code")
    )
    for person, kind, province in rows:
        posts.setdefault(person, (kind, province or ""))
    return {
        pk: Facts(
            gender=gender,
            degree=degree,
            academic_title=title,
            organisation_kind=posts.get(pk, ("", ""))[0],
            province=posts.get(pk, ("", ""))[1],
        )
        for pk, gender, degree, title in Person.objects.filter(pk__in=ids).values_list(
            "pk", "gender", "degree", "academic_title"
        )
    }
