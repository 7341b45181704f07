"""Composite indices as a program reads them: indices, their versions, scores and ranks.

``/indices`` and ``/index-versions`` are open data, of published versions alone; under
``/mine`` by key, as far as its owner may know. ``id`` and ``version`` of a version are what
``freeze_version`` and its kin take. Scores are on the scale of the recipe, neither rounded
nor clipped; null is no score or rank, never 0.
"""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 -- read by the schemas at run time
from functools import partial
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest  # noqa: TC002
from ninja import Field, Query, Router, Schema

from opensti.api.acts import Bearer
from opensti.api.audience import seen_by
from opensti.api.contracts import Page  # noqa: TC001 -- read at run time
from opensti.domains.publications import queries as publications
from opensti.domains.strategies import queries
from opensti.kernel.access import PUBLIC

if TYPE_CHECKING:
    from opensti.kernel.access import Actor

router = Router(auth=Bearer(), tags=["strategies"])
public = Router(tags=["strategies"])


class IndexRow(Schema):
    id: int
    public_id: str
    code: str
    name_vi: str
    name_en: str
    purpose: str


class CountedIndex(IndexRow):
    """With how many versions the owner of the key may know of, and the newest one's state."""

    versions: int = Field(alias="count")
    published: int
    newest_state: str | None


class IndexVersionRow(Schema):
    """Digests are SHA-256 of the canonical inputs and result."""

    id: int
    public_id: str
    version: int
    number: int
    label: str
    state: str
    source: str
    vintage_label: str
    method_version: str
    inputs_digest: str
    result_digest: str
    made_at: datetime
    frozen_at: datetime | None
    published_at: datetime | None


class IndexOut(IndexRow):
    description_vi: str
    description_en: str
    versions: list[IndexVersionRow]


class PublishedIndex(IndexVersionRow):
    """The newest published version of an index."""

    index: IndexRow = Field(alias="model")


class IndexVersionOut(PublishedIndex):
    """``scores``, ``ranks``, ``bands``: code → one for each of ``units``, in their order.

    ``codes`` stand from the indicators up, the index last; ``weight`` is within its parent,
    ``effective`` in the whole. ``analyses`` is null until they were asked for.
    """

    recipe: dict[str, Any]
    units: list[dict[str, Any]]
    codes: list[dict[str, Any]]
    scores: dict[str, list[float | None]]
    ranks: dict[str, list[int | None]]
    bands: dict[str, list[str | None]]
    analyses: dict[str, Any] | None


class Indices(Schema):
    count: int
    items: list[CountedIndex]


class PublishedIndices(Schema):
    count: int
    items: list[PublishedIndex]


@router.get("/indices", response=Indices)
def indices(request: HttpRequest, page: Query[Page]) -> dict[str, Any]:
    """Indices by their codes; ``q`` is part of a code."""
    rows = queries.indices(_actor(request)).filter(code__icontains=page.q)
    return {
        "count": rows.count(),
        "items": list(rows[page.offset : page.offset + page.limit]),
    }


@router.get("/indices/{public_id}", response=IndexOut)
def index(request: HttpRequest, public_id: str) -> dict[str, Any]:
    """One index with its versions, the newest first."""
    return _index(request, _actor(request), public_id)


@router.get("/index-versions/{public_id}", response=IndexVersionOut)
def index_version(request: HttpRequest, public_id: str) -> dict[str, Any]:
    """One version with its recipe, scores and ranks."""
    return _version(request, _actor(request), public_id)


@public.get("/indices", response=PublishedIndices)
def public_indices(request: HttpRequest, page: Query[Page]) -> dict[str, Any]:  # noqa: ARG001
    """The newest published version of each index; ``q`` is part of its code."""
    rows = publications.indices().filter(model__code__icontains=page.q)
    return {
        "count": rows.count(),
        "items": list(rows[page.offset : page.offset + page.limit]),
    }


@public.get("/indices/{public_id}", response=IndexOut)
def index_published(request: HttpRequest, public_id: str) -> dict[str, Any]:
    """One index with its published versions, the newest first."""
    return _index(request, PUBLIC, public_id)


@public.get("/index-versions/{public_id}", response=IndexVersionOut)
def index_version_published(request: HttpRequest, public_id: str) -> dict[str, Any]:
    """One published version with its recipe, scores and ranks."""
    return _version(request, PUBLIC, public_id)


def _index(request: HttpRequest, actor: Actor, public_id: str) -> dict[str, Any]:
    by = partial(seen_by, request)
    model, versions = publications.index_known(actor, by, public_id)
    known = {
        name: getattr(model, name)
        for name in (*IndexRow.model_fields, "description_vi", "description_en")
    }
    return known | {"versions": versions}


def _version(request: HttpRequest, actor: Actor, public_id: str) -> dict[str, Any]:
    by = partial(seen_by, request)
    version = publications.index_version_known(actor, by, public_id)
    row = {name: getattr(version, name) for name in IndexVersionRow.model_fields}
    answer = version.outcome
    told = ("units", "codes", "scores", "ranks", "bands")
    return (
        row
        | {name: answer[name] for name in told}
        | {
            "model": version.model,
            "recipe": version.recipe,
            "analyses": version.analyses,
        }
    )


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.auth  # type: ignore[attr-defined]
    return actor
