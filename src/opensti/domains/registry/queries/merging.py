"""What a merge would do, told before it is done; and where a merged entry went."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import models

from opensti.domains.registry.choices import ThingKind
from opensti.domains.registry.models import Merge, Organisation, Person
from opensti.kernel.access import get_visible, require, visible
from opensti.kernel.refusals import NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import Model, QuerySet

    from opensti.kernel.access import Actor

THINGS: dict[str, type[Organisation | Person]] = {
    ThingKind.ORGANISATION: Organisation,
    ThingKind.PERSON: Person,
}
FILLED: dict[type[Any], tuple[str, ...]] = {
    Organisation: (
        "name_en",
        "acronym",
        "legal_form",
        "province_id",
        "address",
        "tax_code",
        "ror",
        "established",
        "website",
        "ministry_owned",
    ),
    Person: (
        "degree",
        "academic_title",
        "email",
        "phone",
        "orcid",
        "gender",
        "birth_year",
        "bio_vi",
        "bio_en",
        "keywords_vi",
        "keywords_en",
        "is_expert",
    ),
}


@dataclass(frozen=True)
class Pointer:
    """A column of some table that points at organisations or people."""

    model: type[Model]
    field: str
    column: str


def pointers(target: type[Model]) -> list[Pointer]:
    """Every column, in whatever domain, that points at ``target``; by table and name.

    Tables of history (no constraint, nothing done on deletion) tell what was, and stay.
    """
    found = []
    for relation in target._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel):
            continue
        if relation.on_delete is models.DO_NOTHING:
            continue
        model = relation.related_model
        if isinstance(model, str) or model._meta.proxy:
            continue
        name = relation.field.name
        found.append(Pointer(model, name, relation.field.attname))
    return sorted(found, key=lambda p: (p.model._meta.label, p.field))


@dataclass(frozen=True)
class Moving:
    table: Any
    field: Any
    count: int


@dataclass(frozen=True)
class Comparison:
    """One fact of both entries, and what the survivor will say."""

    label: Any
    survivor: Any
    merged: Any
    result: Any


@dataclass(frozen=True)
class MergePreview:
    kind: str
    survivor: Any
    merged: Any
    facts: list[Comparison] = field(default_factory=list)
    moves: list[Moving] = field(default_factory=list)


def merge_preview(
    actor: Actor, *, kind: str, survivor_id: int, merged_id: int
) -> MergePreview:
    """What merging would move and fill, without doing it; one query for each table."""
    require(actor, "registry.merge")
    if kind not in THINGS or survivor_id == merged_id:
        raise NotFound
    model = THINGS[kind]
    rows: QuerySet[Any] = model._default_manager.all()
    if model is Organisation:
        rows = rows.select_related("province", "parent")
    survivor = get_visible(actor, rows, pk=survivor_id)
    merged = get_visible(actor, rows, pk=merged_id)
    moves = []
    for pointer in pointers(model):
        count = pointer.model._base_manager.filter(
            **{pointer.column: merged_id}
        ).count()
        if count:
            column = pointer.model._meta.get_field(pointer.field)
            moves.append(
                Moving(
                    pointer.model._meta.verbose_name_plural,
                    getattr(column, "verbose_name", pointer.field),
                    count,
                )
            )
    return MergePreview(kind, survivor, merged, _compare(survivor, merged), moves)


def _compare(survivor: Any, merged: Any) -> list[Comparison]:
    names = [
        name.removesuffix("_id")
        for name in ("name_vi", "full_name", "kind", *FILLED[type(survivor)])
        if hasattr(survivor, name)
    ]
    facts = []
    for name in names:
        have, found = _shown(survivor, name), _shown(merged, name)
        if have in (None, "") and found in (None, ""):
            continue
        label = survivor._meta.get_field(name).verbose_name
        facts.append(
            Comparison(label, have, found, have if have not in (None, "") else found)
        )
    return facts


def _shown(row: Any, name: str) -> Any:
    display = getattr(row, f"get_{name}_display", None)
    value = display() if display else getattr(row, name)
    return "" if value is False else value


def merges(actor: Actor) -> QuerySet[Merge]:
    """Merges, the newest first; 1 query."""
    return visible(
        actor, Merge.objects.select_related("merged_by", "undone_by").order_by("-pk")
    )


@dataclass(frozen=True)
class NamedMerge:
    merge: Merge
    merged: Any
    survivor: Any


def named_merges(rows: Sequence[Merge]) -> list[NamedMerge]:
    """Merges with both entries; 2 queries for any number of rows."""
    found: dict[tuple[str, int], Any] = {}
    for kind, model in THINGS.items():
        ids = {
            pk for r in rows if r.kind == kind for pk in (r.merged_id, r.survivor_id)
        }
        for thing in model._default_manager.filter(pk__in=ids) if ids else ():
            found[kind, thing.pk] = thing
    return [
        NamedMerge(r, found[r.kind, r.merged_id], found[r.kind, r.survivor_id])
        for r in rows
    ]


def merge_of(actor: Actor, *, kind: str, merged_id: int) -> Merge | None:
    """The standing merge by which this entry went into another; 1 query."""
    return (
        visible(actor, Merge.objects.all())
        .filter(kind=kind, merged_id=merged_id, undone_at=None)
        .first()
    )


def survivor_of(kind: str, pk: int) -> int:
    """The id under which a thing is kept today: its own, or that of the survivor."""
    rows = THINGS[kind]._default_manager
    seen = {pk}
    while True:
        into = rows.filter(pk=pk).values_list("merged_into_id", flat=True).first()
        if into is None or into in seen:
            return pk
        seen.add(into)
        pk = into
