"""The experts of the registry with the facts by which councils are composed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from opensti.domains.registry.choices import DegreeLevel
from opensti.domains.registry.models import Organisation, Person, Position

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from django.db.models import QuerySet

DOCTORS = frozenset({DegreeLevel.DOCTOR, DegreeLevel.DOCTOR_OF_SCIENCE})


@dataclass(frozen=True, kw_only=True)
class ExpertFacts:
    """What is known of an expert on a day: the main post, and the person."""

    person_id: int
    name: str
    organisation_id: int | None
    organisation: str
    kind: str
    province: str
    ministry_owned: bool
    senior: bool
    gender: str
    birth_year: int | None
    fields: tuple[str, ...]
    # Words of fields, posts, biography and keywords, for what no code tells.
    words: str


def expert_pool(
    *, on: date, ids: Collection[int] | None = None
) -> dict[int, ExpertFacts]:
    """All experts of the registry, or these people, with their facts; 3 queries.

    Not narrowed to a reader: it feeds computations, which show it to whom they may.
    """
    people = Person.objects.filter(merged_into=None)
    people = people.filter(is_expert=True) if ids is None else people.filter(pk__in=ids)
    rows = list(
        people.order_by("pk").values_list(
            "pk", "full_name", "degree", "academic_title", "gender", "birth_year",
            "bio_vi", "bio_en", "keywords_vi", "keywords_en",
        )
    )  # fmt: skip
    posts = _main_posts(people, on)
    fields: dict[int, list[tuple[str, str, str]]] = {}
    for pk, code, vi, en in (
        people.filter(fields__isnull=False)
        .order_by("pk", "fields__code")
        .values_list("pk", "fields__code", "fields__name_vi", "fields__name_en")
    ):
        fields.setdefault(pk, []).append((code, vi, en))
    found = {}
    for pk, name, degree, title, gender, born, *said in rows:
        post = posts.get(pk)
        codes = fields.get(pk, [])
        found[pk] = ExpertFacts(
            person_id=pk,
            name=name,
            organisation_id=post.organisation_id if post else None,
            organisation=post.organisation.name_vi if post else "",
            kind=post.organisation.kind if post else "",
            province=post.organisation.province.code
            if post and post.organisation.province
            else "",
            ministry_owned=bool(post and post.organisation.ministry_owned),
            senior=degree in DOCTORS or bool(title),
            gender=gender,
            birth_year=born,
            fields=tuple(code for code, _vi, _en in codes),
            words=" ".join(
                [
                    *(f"{vi} {en}" for _code, vi, en in codes),
                    post.title_vi if post else "",
                    post.title_en if post else "",
                    *said,
                ]
            ),
        )
    return found


def _main_posts(people: QuerySet[Person], on: date) -> dict[int, Position]:
    """The post of each person that counts on a day: the main one, else the latest."""
    rows = (
        Position.objects.filter(
            Q(since=None) | Q(since__lte=on),
            Q(until=None) | Q(until__gt=on),
            person__in=people,
        )
        .select_related("organisation__province")
        .only(
            "person_id",
            "title_vi",
            "title_en",
            "organisation__name_vi",
            "organisation__kind",
            "organisation__ministry_owned",
            "organisation__province__code",
        )
        .order_by("person_id", "-is_primary", "-since", "pk")
    )
    posts: dict[int, Position] = {}
    for row in rows.iterator(chunk_size=2000):
        posts.setdefault(row.person_id, row)
    return posts


def place_of(organisation_ids: Collection[int]) -> dict[int, str]:
    """The province of each organisation by its code; 1 query."""
    return dict(
        Organisation.objects.filter(
            pk__in=organisation_ids, province__isnull=False
        ).values_list("pk", "province__code")
    )


def staff_of(organisation_ids: Collection[int], *, on: date) -> set[tuple[int, int]]:
    """Pairs (organisation, person) of all who hold any post there on a day; 1 query."""
    return set(
        Position.objects.filter(
            Q(until=None) | Q(until__gt=on), organisation_id__in=organisation_ids
        ).values_list("organisation_id", "person_id")
    )


def experts_among(ids: Collection[int]) -> set[int]:
    """Those of some people of whom the registry says that they are experts; 1 query."""
    return set(
        Person.objects.filter(pk__in=ids, is_expert=True, merged_into=None).values_list(
            "pk", flat=True
        )
    )
