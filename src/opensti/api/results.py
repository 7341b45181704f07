"""What came of contracts as a program reads it by key: with the ids that acts ask for.

Of each only what its owner may know. ``version`` is what an act expects; ``contract`` is
the public id of the contract. Money is whole đồng.
"""

from __future__ import annotations

from datetime import date  # noqa: TC003 -- read by the schemas at run time
from decimal import Decimal  # noqa: TC003
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest  # noqa: TC002
from ninja import Field, Query, Router, Schema

from opensti.api.acts import Bearer
from opensti.api.contracts import Page  # noqa: TC001 -- read at run time
from opensti.domains.results import queries
from opensti.kernel.searchtext import matches

if TYPE_CHECKING:
    from collections.abc import Callable

    from opensti.kernel.access import Actor

router = Router(auth=Bearer(), tags=["results"])


class Known(Schema):
    """What every row says."""

    id: int
    public_id: str
    version: int


class AcceptanceOut(Known):
    contract: str = Field(alias="contract.public_id")
    number: str = Field(alias="contract.number")
    state: str = Field(alias="case.state")
    stage: str = Field(alias="case.stage")
    rating: str
    rework_times: int
    rework_until: date | None
    accepted_on: date | None
    recognised_on: date | None
    decision_number: str


class ResultOut(Known):
    contract: str = Field(alias="contract.public_id")
    product_key: str
    kind: str
    title_vi: str
    title_en: str
    formed_on: date
    accepted_on: date | None
    trl_start: int | None
    trl_end: int | None
    secrecy: str
    open_from: date | None
    # Public ids; empty where it serves none.
    goal: str = Field("", alias="goal.public_id")
    indicator: str = Field("", alias="indicator.public_id")
    certificate: str


class AssetOut(Known):
    contract: str = Field(alias="contract.public_id")
    kind: str
    code: str
    name: str
    formed_on: date
    quantity: Decimal
    unit: str
    original_value: Decimal
    state_share: int
    state: str
    form: str


class RightOut(Known):
    host: str = Field(alias="host.name_vi")
    kind: str
    title_vi: str
    state: str
    application_number: str
    filed_on: date | None
    granted_number: str
    granted_on: date | None
    expires_on: date | None


class DealOut(Known):
    host: str = Field(alias="host.name_vi")
    kind: str
    number: str
    signed_on: date
    until: date | None
    earned: Decimal | None


class UptakeOut(Known):
    contract: str = Field(alias="contract.public_id")
    number: int
    due_on: date
    state: str


class Acceptances(Schema):
    count: int
    items: list[AcceptanceOut]


class Results(Schema):
    count: int
    items: list[ResultOut]


class Assets(Schema):
    count: int
    items: list[AssetOut]


class Rights(Schema):
    count: int
    items: list[RightOut]


class Deals(Schema):
    count: int
    items: list[DealOut]


class UptakeYears(Schema):
    count: int
    items: list[UptakeOut]


def _page(
    request: HttpRequest, page: Page, find: Callable[[Actor], Any]
) -> dict[str, Any]:
    """A part of a list; 2 queries."""
    rows = find(request.auth)  # type: ignore[attr-defined]
    return {
        "count": rows.count(),
        "items": list(rows[page.offset : page.offset + page.limit]),
    }


@router.get("/acceptances", response=Acceptances)
def acceptances(request: HttpRequest, page: Query[Page]) -> dict[str, Any]:
    """Acceptances of finished work, newest first."""
    return _page(request, page, lambda actor: queries.acceptances(actor, q=page.q))


@router.get("/results", response=Results)
def results(request: HttpRequest, page: Query[Page]) -> dict[str, Any]:
    """Results of contracts, newest first."""
    return _page(request, page, lambda actor: matches(queries.results(actor), page.q))


@router.get("/assets", response=Assets)
def assets(request: HttpRequest, page: Query[Page]) -> dict[str, Any]:
    """Assets that the money of contracts formed, newest first."""
    return _page(request, page, lambda actor: matches(queries.assets(actor), page.q))


@router.get("/rights", response=Rights)
def rights(request: HttpRequest, page: Query[Page]) -> dict[str, Any]:
    """Industrial property and the like, newest first."""
    return _page(request, page, lambda actor: queries.rights(actor, q=page.q))


@router.get("/deals", response=Deals)
def deals(request: HttpRequest, page: Query[Page]) -> dict[str, Any]:
    """Licences, transfers and the like, latest signed first; ``earned`` after tax."""
    return _page(request, page, lambda actor: queries.deals(actor, q=page.q))


@router.get("/uptake", response=UptakeYears)
def uptake(request: HttpRequest, page: Query[Page]) -> dict[str, Any]:
    """The yearly questions after the end of contracts, the next due first."""
    return _page(request, page, queries.uptake_years)
