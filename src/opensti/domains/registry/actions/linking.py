"""What rows of a chunk say of other organisations, once all rows of it are in."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from opensti.domains.registry.choices import LinkKind
from opensti.domains.registry.models import Organisation, OrganisationLink

if TYPE_CHECKING:
    from opensti.domains.registry.actions.chunk import Chunk


def keep_links(chunk: Chunk) -> dict[int, list[dict[str, int | str]]]:
    """Enter the links between organisations that are here; note those that are not.

    Returns what is new, by organisation. ROR names each link at both ends, so that one
    whose other end comes later is entered with that end.
    """
    named = {other for _key, _pk, _kind, other in chunk.links}
    here: dict[str, int] = {}
    for ror, pk, survivor in Organisation.objects.filter(ror__in=named).values_list(
        "ror", "pk", "merged_into_id"
    ):
        here[ror] = survivor or pk
    outside: dict[str, list[str]] = defaultdict(list)
    wanted: dict[tuple[int, str, int], None] = {}
    for key, pk, kind, other in chunk.links:
        if other not in here:
            outside[key].append(other)
        elif kind == "unit" or here[other] == pk:
            continue
        elif kind == "predecessor":
            wanted[(here[other], LinkKind.SUCCESSOR, pk)] = None
        elif kind in (LinkKind.SUCCESSOR, LinkKind.PARENT):
            wanted[(pk, kind, here[other])] = None
        else:
            first, second = sorted((pk, here[other]))
            wanted[(first, LinkKind.RELATED, second)] = None
    chunk.outside = {key: tuple(others) for key, others in outside.items()}
    held = set(
        OrganisationLink.objects.filter(
            organisation_id__in={first for first, _kind, _second in wanted}
        ).values_list("organisation_id", "kind", "other_id")
    )
    fresh = [link for link in wanted if link not in held]
    OrganisationLink.objects.bulk_create(
        OrganisationLink(
            organisation_id=first,
            kind=kind,
            other_id=second,
            source=chunk.source[:200],
            stated_at=chunk.at,
        )
        for first, kind, second in fresh
    )
    told: dict[int, list[dict[str, int | str]]] = defaultdict(list)
    for first, kind, second in fresh:
        told[first].append({"kind": str(kind), "other": second})
    return told
