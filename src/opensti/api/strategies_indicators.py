"""Cards, their values, reports and campaigns as a program reads them by key.

Of each only what the owner of the key may know: the house's readers all, everybody else
what the disclosure policy shows and what an agency of their own reports. ``version`` is what an act expects.
Values are in the unit of the card.
"""

from __future__ import annotations

from datetime import date, datetime  # noqa: TC003 -- read by the schemas at run time
from decimal import Decimal  # noqa: TC003
from functools import partial
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest  # noqa: TC002
from ninja import Field, Query, Router, Schema

from opensti.api.acts import Bearer
from opensti.api.audience import seen_by
from opensti.api.contracts import Page  # noqa: TC001 -- read at run time
from opensti.domains.publications import queries as publications
from opensti.domains.strategies import queries
from opensti.kernel.access import require
from opensti.kernel.searchtext import matches

if TYPE_CHECKING:
    from collections.abc import Callable

    from opensti.kernel.access import Actor

router = Router(auth=Bearer(), tags=["strategies"])


class IndicatorOut(Schema):
    id: int
    public_id: str
    version: int
    code: str
    name_vi: str
    name_en: str
    unit_vi: str
    level: str
    direction: str
    kind: str
    scope: str
    price_basis: str
    labour_unit: str
    aggregation: str
    cumulative: bool
    decimals: int
    rhythm: str
    retired_on: date | None
    dimensions: list[Any]


class ObservationOut(Schema):
    id: int
    public_id: str
    version: int
    indicator: str = Field(alias="indicator.code")
    reporter_id: int | None
    period: str
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    status: str
    vintage_label: str
    state: str
    sha256: str
    entered_at: datetime


class CampaignOut(Schema):
    id: int
    public_id: str
    version: int
    title_vi: str
    title_en: str
    period: str
    opens_on: date
    due_on: date
    state: str
    asked: int
    reported: int


class PeriodOut(Schema):
    """The value of one period; ``why`` says why there is none."""

    period: str
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    reporters: int
    missing: int
    late: int
    carried: bool
    provisional: bool
    why: str


class Indicators(Schema):
    count: int
    items: list[IndicatorOut]


class Observations(Schema):
    count: int
    items: list[ObservationOut]


class Campaigns(Schema):
    count: int
    items: list[CampaignOut]


def _page(
    request: HttpRequest, page: Page, find: Callable[[Actor], Any]
) -> dict[str, Any]:
    """A part of a list; 2 queries."""
    rows = find(request.auth)  # type: ignore[attr-defined]
    return {
        "count": rows.count(),
        "items": list(rows[page.offset : page.offset + page.limit]),
    }


@router.get("/indicators", response=Indicators)
def indicators(request: HttpRequest, page: Query[Page]) -> dict[str, Any]:
    """Cards of indicators, by code."""
    return _page(
        request,
        page,
        lambda actor: matches(
            publications.indicators_known(actor, partial(seen_by, request)), page.q
        ),
    )


@router.get("/indicators/{public_id}/values", response=list[PeriodOut])
def values(request: HttpRequest, public_id: str) -> list[dict[str, Any]]:
    """The values of one card, oldest period first."""
    actor: Actor = request.auth  # type: ignore[attr-defined]
    require(actor, "strategies.list_indicators")
    card = queries.indicator(actor, public_id)
    found = queries.values_of([card])[card.pk]
    return [
        {
            "period": period,
            "value": value.value,
            "numerator": value.numerator,
            "denominator": value.denominator,
            "reporters": len(value.reporters),
            "missing": len(value.missing),
            "late": len(value.late),
            "carried": value.carried,
            "provisional": value.provisional,
            "why": value.why,
        }
        for period, value in found.items()
    ]


@router.get("/observations", response=Observations)
def observations(request: HttpRequest, page: Query[Page]) -> dict[str, Any]:
    """Reported values, newest first."""

    def find(actor: Actor) -> Any:
        rows = publications.observations_known(actor, partial(seen_by, request))
        return queries.find_observations(rows, page.q) if page.q else rows

    return _page(request, page, find)


@router.get("/campaigns", response=Campaigns)
def campaigns(request: HttpRequest, page: Query[Page]) -> dict[str, Any]:
    """Campaigns of reports, the latest last day first."""
    return _page(request, page, queries.campaigns)
