"""What a writer may compare of his own, with what is public, and what was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from opensti.domains.calls import queries as calls_queries
from opensti.domains.overlaps import permissions as _permissions  # noqa: F401 -- who sees what
from opensti.domains.overlaps.choices import (
    Kind,
)
from opensti.domains.overlaps.models import (
    Document,
    OwnCheck,
)
from opensti.domains.tasks import queries as tasks_queries
from opensti.kernel.access import PUBLIC, visible
from opensti.kernel.refusals import NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opensti.domains.calls.models import Dossier
    from opensti.domains.tasks.models import Need
    from opensti.kernel.access import Actor


def draft_of(actor: Actor, kind: str, public_id: str) -> tuple[Need | Dossier, str]:
    """A person's own need or dossier, and the permission that lets him write in it."""
    if kind == Kind.NEED:
        return tasks_queries.need(actor, public_id), "tasks.edit_need"
    if kind == Kind.DOSSIER:
        found = calls_queries.dossier(actor=actor, public_id=public_id)
        return found, "calls.write_dossier"
    raise NotFound


def unpublished(base: int, batch: int) -> list[int]:
    """Documents of an index that are not everybody's, or left the corpus."""
    inside = Document.objects.filter(entered__lte=batch).exclude(left__lte=base)
    public = visible(PUBLIC, Document.objects.order_by()).values("pk")
    hidden = ~Q(pk__in=public) | Q(left__lte=batch)
    return list(inside.filter(hidden).order_by("pk").values_list("pk", flat=True))


@dataclass(frozen=True, kw_only=True)
class OwnMatch:
    """A public work that is like a draft."""

    document: Document
    probability: float
    likeness: str
    evidence: Mapping[str, Any]


def own_check(actor: Actor, kind: str, work: Need | Dossier) -> OwnCheck | None:
    """The person's last own check of a need or dossier; 1 query."""
    return (
        visible(actor, OwnCheck.objects.all())
        .filter(kind=kind, object_id=work.pk)
        .first()
    )


def own_matches(check: OwnCheck) -> list[OwnMatch]:
    """What an own check found, most probable first; 1 query."""
    documents = Document.objects.in_bulk([row["document"] for row in check.found])
    rows = sorted(check.found, key=lambda row: -row["probability"])
    return [
        OwnMatch(
            document=documents[row["document"]],
            probability=row["probability"],
            likeness=row["likeness"],
            evidence=row["evidence"],
        )
        for row in rows
    ]
