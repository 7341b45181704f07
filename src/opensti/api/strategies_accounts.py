"""Data sets, releases and runs of the productivity accounts, for programs by key.

``public_id`` of releases is what ``ask_account`` takes; ``id`` and ``version`` of a run
are what ``publish_account`` takes. Of each only what its owner may know.
"""

from __future__ import annotations

from datetime import date, datetime  # noqa: TC003 -- read by the schemas at run time
from functools import partial
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest  # noqa: TC002
from ninja import Field, Query, Router, Schema

from opensti.api.acts import Bearer
from opensti.api.audience import seen_by
from opensti.api.contracts import Page  # noqa: TC001 -- read at run time
from opensti.domains.publications import queries as publications
from opensti.domains.strategies import queries

if TYPE_CHECKING:
    from django.db.models import QuerySet

router = Router(auth=Bearer(), tags=["strategies"])


class DatasetOut(Schema):
    id: int
    code: str
    name_vi: str
    name_en: str
    provider: str
    licence: str
    citation: str
    redistributable: bool
    version: int
    releases: int


class ReleaseOut(Schema):
    public_id: str
    dataset: str = Field(alias="dataset.code")
    label: str
    published_on: date | None
    retrieved_on: date
    sha256: str
    count: int


class AccountRow(Schema):
    id: int
    public_id: str
    version: int
    title_vi: str
    title_en: str
    kind: str
    state: str
    method_version: str
    inputs_digest: str
    output_digest: str
    made_at: datetime
    published_at: datetime | None


class AccountOut(AccountRow):
    parameters: dict[str, Any]
    output: list[dict[str, Any]] | None
    warnings: list[dict[str, Any]]


class Datasets(Schema):
    count: int
    items: list[DatasetOut]


class Releases(Schema):
    count: int
    items: list[ReleaseOut]


class AccountRuns(Schema):
    count: int
    items: list[AccountRow]


def _part(rows: QuerySet[Any], page: Page) -> dict[str, Any]:
    return {
        "count": rows.count(),
        "items": list(rows[page.offset : page.offset + page.limit]),
    }


@router.get("/datasets", response=Datasets)
def datasets(request: HttpRequest, page: Query[Page]) -> dict[str, Any]:
    """Data sets by their codes; ``q`` is part of a code."""
    rows = queries.datasets(request.auth)  # type: ignore[attr-defined]
    return _part(rows.filter(code__icontains=page.q), page)


@router.get("/releases", response=Releases)
def releases(request: HttpRequest, page: Query[Page]) -> dict[str, Any]:
    """Releases of data sets, newest first; ``q`` is part of the code of the data set."""
    rows = queries.vintages(request.auth)  # type: ignore[attr-defined]
    return _part(rows.filter(dataset__code__icontains=page.q), page)


@router.get("/accounts", response=AccountRuns)
def account_runs(request: HttpRequest, page: Query[Page]) -> dict[str, Any]:
    """Runs of the productivity accounts, newest first; ``q`` is part of a title."""
    rows = queries.account_runs(request.auth)  # type: ignore[attr-defined]
    return _part(rows.filter(title_vi__icontains=page.q), page)


@router.get("/accounts/{public_id}", response=AccountOut)
def account_run(request: HttpRequest, public_id: str) -> Any:
    """One run with its figures and warnings."""
    actor = request.auth  # type: ignore[attr-defined]
    return publications.account_known(actor, partial(seen_by, request), public_id)
