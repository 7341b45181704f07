"""Entries chosen by typing, in forms of other domains: found again by their public id.

Whoever may not know of an entry learns nothing here: it is as absent as one that never
was. Answers written before ids were public hold the row's number; both are understood.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from opensti.domains.registry.choices import ThingKind
from opensti.domains.registry.models import Organisation, Person
from opensti.kernel.access import visible

if TYPE_CHECKING:
    from collections.abc import Collection

    from opensti.kernel.access import Actor

Key = str | int


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A person or organisation as far as a form needs it; ``name`` is its first one."""

    pk: int
    public_id: str
    names: tuple[str, ...]
    merged: bool

    @property
    def name(self) -> str:
        return self.names[0]


def entries(actor: Actor, kind: str, keys: Collection[Key]) -> dict[Key, Entry]:
    """Those of the named entries that the asker may know of, by the key given; 1 query.

    A key is a public id or, in old answers, the number of the row.
    """
    if not keys:
        return {}
    model: Any = Person if kind == ThingKind.PERSON else Organisation
    names = ("full_name",) if kind == ThingKind.PERSON else ("name_vi", "name_en")
    rows = visible(
        actor,
        model.objects.filter(
            Q(public_id__in=[k for k in keys if isinstance(k, str)])
            | Q(pk__in=[k for k in keys if isinstance(k, int)])
        ),
    ).order_by("pk")
    found: dict[Key, Entry] = {}
    for pk, public_id, merged_into, *said in rows.values_list(
        "pk", "public_id", "merged_into_id", *names
    ):
        entry = Entry(
            pk=pk,
            public_id=public_id,
            names=tuple(said),
            merged=merged_into is not None,
        )
        found |= {k: entry for k in (pk, public_id) if k in keys}
    return found


def people_of_name(actor: Actor, names: Collection[str]) -> dict[str, Entry]:
    """People whom the asker knows by a full name that only one of them bears; 1 query."""
    if not names:
        return {}
    found: dict[str, list[Entry]] = {}
    rows = visible(
        actor, Person.objects.filter(merged_into=None, full_name__in=names)
    ).order_by("pk")
    for pk, public_id, name in rows.values_list("pk", "public_id", "full_name"):
        found.setdefault(name, []).append(
            Entry(pk=pk, public_id=public_id, names=(name,), merged=False)
        )
    return {name: each[0] for name, each in found.items() if len(each) == 1}


def organisation_of_name(actor: Actor, name: str) -> int | None:
    """The one organisation that bears exactly this name, if the asker knows it; 1 query."""
    said = name.strip()
    if not said:
        return None
    rows = visible(actor, Organisation.objects.filter(merged_into=None)).filter(
        Q(name_vi__iexact=said) | Q(name_en__iexact=said) | Q(acronym__iexact=said)
    )
    found = list(rows.order_by("pk").values_list("pk", flat=True)[:2])
    return found[0] if len(found) == 1 else None


def organisation_ids(keys: Collection[Key]) -> dict[Key, int]:
    """The organisations meant, whoever asks: of a merged one, the one that stayed.

    For rules that must hold whether or not the reader may know of them; 1 query.
    """
    return _ids(Organisation, keys)


def person_ids(keys: Collection[Key]) -> dict[Key, int]:
    """The people meant, whoever asks: of a merged one, the one that stayed; 1 query."""
    return _ids(Person, keys)


def _ids(model: Any, keys: Collection[Key]) -> dict[Key, int]:
    if not keys:
        return {}
    rows = model.objects.filter(
        Q(public_id__in=[k for k in keys if isinstance(k, str)])
        | Q(pk__in=[k for k in keys if isinstance(k, int)])
    )
    return {
        key: into or pk
        for pk, public_id, into in rows.values_list("pk", "public_id", "merged_into_id")
        for key in (pk, public_id)
        if key in keys
    }
