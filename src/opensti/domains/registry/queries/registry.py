"""Organisations and people as lists and pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.utils.translation import gettext_lazy as _

from opensti.domains.registry.choices import CodeScheme, LinkKind
from opensti.domains.registry.models import (
    Authorship,
    Code,
    Degree,
    ImportRow,
    ImportRun,
    Membership,
    Organisation,
    OrganisationLink,
    Person,
    Position,
    Relation,
    Work,
)
from opensti.kernel.access import Role, get_visible, may, visible
from opensti.kernel.refusals import NotFound
from opensti.kernel.searchtext import fold, matches

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from django.db.models import QuerySet

    from opensti.kernel.access import Actor


def codes(scheme: str) -> QuerySet[Code]:
    return Code.objects.filter(scheme=scheme).order_by("code")


def provinces() -> QuerySet[Code]:
    return codes(CodeScheme.PROVINCE)


def fields() -> QuerySet[Code]:
    return codes(CodeScheme.FIELD)


SEEN_FROM_THE_OTHER = {
    LinkKind.RELATED: LinkKind.RELATED.label,
    LinkKind.SUCCESSOR: _("Successor of"),
    LinkKind.PARENT: _("Also stands above"),
}


@dataclass(frozen=True)
class Link:
    """How an organisation stands to another, seen from the first."""

    label: Any
    organisation: Organisation
    source: str


def organisations_by_address(addresses: Collection[str]) -> dict[str, int]:
    """Ids of organisations by address; 1 query."""
    rows = Organisation.objects.filter(public_id__in=addresses).order_by()
    return dict(rows.values_list("public_id", "pk"))


def organisations(actor: Actor) -> QuerySet[Organisation]:
    """Organisations the asker may know of, merged ones left out; 1 query."""
    return (
        visible(actor, Organisation.objects.filter(merged_into=None))
        .select_related("province", "parent")
        .order_by("name_vi", "pk")
    )


def all_organisations(actor: Actor) -> QuerySet[Organisation]:
    """Also merged ones, for those who may know of them."""
    return visible(
        actor, Organisation.objects.select_related("province", "parent", "merged_into")
    )


def organisation(actor: Actor, public_id: str) -> Organisation:
    """One organisation with names and fields, merged or not; 3 queries."""
    rows = Organisation.objects.select_related(
        "province", "parent", "merged_into"
    ).prefetch_related("fields", "names")
    return get_visible(actor, rows, public_id=public_id)


def units(actor: Actor, organisation_id: int) -> QuerySet[Organisation]:
    return organisations(actor).filter(parent_id=organisation_id)


def links_of(actor: Actor, organisation_id: int) -> list[Link]:
    """To which organisations it stands how, as far as the asker may know; 1 query."""
    rows = (
        visible(
            actor,
            OrganisationLink.objects.filter(
                Q(organisation_id=organisation_id) | Q(other_id=organisation_id)
            ),
        )
        .select_related("organisation", "other")
        .order_by("kind", "pk")
    )
    return [
        Link(
            row.get_kind_display()
            if row.organisation_id == organisation_id
            else SEEN_FROM_THE_OTHER[LinkKind(row.kind)],
            row.other if row.organisation_id == organisation_id else row.organisation,
            row.source,
        )
        for row in rows
    ]


def positions_in(actor: Actor, organisation_id: int) -> QuerySet[Position]:
    """Who works here, as far as the asker may know; 1 query."""
    return (
        visible(actor, Position.objects.filter(organisation_id=organisation_id))
        .filter(person__merged_into=None)
        .select_related("person")
        .order_by("person__full_name", "pk")
    )


def positions_of_kinds(kinds: Collection[str], on: date) -> QuerySet[Position]:
    """Positions that run on a day in organisations of some kinds, for narrowing."""
    return Position.objects.filter(
        Q(until=None) | Q(until__gt=on), organisation__kind__in=list(kinds)
    ).order_by()


def memberships_of(actor: Actor, organisation_id: int) -> QuerySet[Membership]:
    return (
        visible(actor, Membership.objects.filter(organisation_id=organisation_id))
        .select_related("user")
        .order_by("user__full_name", "pk")
    )


def running_positions(path: str, on: date) -> Prefetch[Any]:
    """Fetch the positions running on a day with their organisations, as ``running``."""
    running = (
        Position.objects.filter(Q(until=None) | Q(until__gt=on))
        .select_related("organisation")
        .order_by("-is_primary", "pk")
    )
    return Prefetch(path, queryset=running, to_attr="running")


def people(actor: Actor, on: date) -> QuerySet[Person]:
    """People the asker may know of, each with the positions running on a day; 3 queries."""
    return (
        visible(actor, Person.objects.filter(merged_into=None))
        .prefetch_related(running_positions("positions", on))
        .order_by("full_name", "pk")
    )


def person(actor: Actor, public_id: str) -> Person:
    """One person with all that hangs on him and the asker may see; 4 queries."""
    rows = Person.objects.select_related("merged_into", "user").prefetch_related(
        "fields",
        Prefetch("positions", queryset=Position.objects.select_related("organisation")),
        Prefetch("degrees", queryset=Degree.objects.all()),
    )
    return get_visible(actor, rows, public_id=public_id)


def own_entry(actor: Actor) -> Person | None:
    """The asker's own entry, if the account has one; 1 query."""
    return visible(actor, Person.objects.filter(pk=actor.person_id or 0)).first()


def person_to_place(actor: Actor, public_id: str) -> Person:
    """A person to be given a position: one known, or one that works nowhere yet.

    So a manager can place the person he has just entered; 1 query. People with an
    account of their own and experts are not found that way.
    """
    rows = Person.objects.filter(merged_into=None, public_id=public_id)
    found = visible(actor, rows).first()
    if found is None and actor.manages:
        found = rows.filter(positions=None, user=None, is_expert=False).first()
    if found is None:
        raise NotFound
    return found


def works_of(person_id: int) -> QuerySet[Work]:
    return Work.objects.filter(
        Exists(Authorship.objects.filter(work=OuterRef("pk"), person_id=person_id))
    ).order_by("-year", "title", "pk")


def relations_of(actor: Actor, person_id: int) -> QuerySet[Relation]:
    return visible(
        actor,
        Relation.objects.filter(person_id=person_id).select_related(
            "person", "other", "organisation"
        ),
    ).order_by("pk")


def sees_contact(actor: Actor, person: Person) -> bool:
    return bool(may(actor, "registry.see_contact", person))


def sees_private(actor: Actor, person: Person) -> bool:
    return bool(may(actor, "registry.see_private", person))


def find_organisations(actor: Actor, q: str, limit: int = 20) -> QuerySet[Organisation]:
    """For choosing by typing; 1 query."""
    return matches(organisations(actor), q)[:limit]


def find_people(actor: Actor, q: str, limit: int = 20) -> QuerySet[Person]:
    rows = visible(actor, Person.objects.filter(merged_into=None))
    return matches(rows.order_by("full_name", "pk"), q)[:limit]


def like_organisation(
    actor: Actor,
    *,
    name: str,
    tax_code: str = "",
    ror: str = "",
    but: int | None = None,
) -> QuerySet[Organisation]:
    """Organisations one may be about to enter a second time; 1 query."""
    same = Q(pk__in=[])
    folded = fold(name)
    if folded:
        same |= Q(search_text__contains=folded)
    if tax_code:
        same |= Q(tax_code=tax_code)
    if ror:
        same |= Q(ror=ror)
    return organisations(actor).filter(same).exclude(pk=but or 0)[:5]


def like_person(
    actor: Actor, *, full_name: str, email: str = "", but: int | None = None
) -> QuerySet[Person]:
    same = Q(pk__in=[])
    folded = fold(full_name)
    if folded:
        same |= Q(search_text__contains=folded)
    if email:
        same |= Q(email=email.lower())
    rows = visible(actor, Person.objects.filter(merged_into=None))
    return rows.filter(same).exclude(pk=but or 0).order_by("full_name", "pk")[:5]


def account_id_of(actor: Actor, email: str) -> int | None:
    """The open account with an e-mail address, for those who may give memberships."""
    if not (actor.manages or actor.has(Role.OFFICER, Role.ADMIN)):
        return None
    return (
        get_user_model()
        ._default_manager.filter(email=email.strip().lower(), is_active=True)
        .values_list("pk", flat=True)
        .first()
    )


def organisation_counts(actor: Actor) -> dict[str, int]:
    """How many known organisations there are of each kind; 1 query."""
    rows = visible(actor, Organisation.objects.filter(merged_into=None))
    return dict(rows.order_by("kind").values_list("kind").annotate(number=Count("pk")))


def organisation_names(ids: Collection[int]) -> dict[int, str]:
    return {row.pk: row.name for row in Organisation.objects.filter(pk__in=ids)}


def organisation_pairs(ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """What organisations are called in both languages; 1 query."""
    rows = Organisation.objects.filter(pk__in=ids).order_by()
    return {pk: (vi, en) for pk, vi, en in rows.values_list("pk", "name_vi", "name_en")}


def person_names(ids: Collection[int]) -> dict[int, str]:
    return dict(Person.objects.filter(pk__in=ids).values_list("pk", "full_name"))


def managers_of(organisation_id: int, on: date) -> list[int]:
    """User ids of those who manage an organisation on a day, for notices."""
    return list(
        Membership.objects.filter(
            Q(until=None) | Q(until__gt=on),
            organisation_id=organisation_id,
            manager=True,
            since__lte=on,
        )
        .order_by("user_id")
        .values_list("user_id", flat=True)
    )


def imported(
    *, source: str, object_kind: str, keys: Iterable[str]
) -> dict[str, tuple[int, str]]:
    """Which keys of a source are in already: key -> (object id, digest); 1 query."""
    return {
        key: (object_id, digest)
        for key, object_id, digest in ImportRow.objects.filter(
            source=source, object_kind=object_kind, key__in=list(keys)
        ).values_list("key", "object_id", "digest")
    }


def import_runs(actor: Actor) -> QuerySet[ImportRun]:
    return visible(actor, ImportRun.objects.select_related("started_by")).order_by(
        "-pk"
    )


def import_run(actor: Actor, run_id: int) -> ImportRun:
    return get_visible(actor, ImportRun.objects.select_related("started_by"), pk=run_id)
