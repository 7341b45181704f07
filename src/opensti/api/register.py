"""The register one by one, and the kinds that have no list elsewhere: results, offers."""

from __future__ import annotations

from datetime import date  # noqa: TC003 -- read by the schemas at run time
from decimal import Decimal  # noqa: TC003
from typing import TYPE_CHECKING, Any, Literal

from django.http import HttpRequest  # noqa: TC002
from django.utils.timezone import localdate, now
from ninja import Field, Query, Router, Schema

from opensti.api.audience import seen_by
from opensti.api.filters import (  # noqa: TC001 -- read at run time
    ContractPage,
    OfferPage,
    ResultPage,
)
from opensti.api.paging import paged
from opensti.api.routes import CallOut, DecisionOut, OrderOut, OrganisationOut, TaskOut
from opensti.domains.publications import queries
from opensti.kernel.refusals import NotFound

if TYPE_CHECKING:
    from opensti.domains.calls.models import Call
    from opensti.domains.portfolios.models import Decision
    from opensti.domains.registry.models import Organisation
    from opensti.domains.results.models import Offer, Result
    from opensti.domains.tasks.models import Order, Task

router = Router(tags=["register"])


class PublicResult(Schema):
    """An open result of an accepted task."""

    public_id: str
    kind: str
    title_vi: str
    title_en: str
    host: str = Field(alias="contract.host.name_vi")
    formed_on: date | None
    trl_start: int | None
    trl_end: int | None


class OfferOut(Schema):
    """A right or a result that is offered, on a day on which it is."""

    public_id: str
    title_vi: str
    title_en: str
    opens_on: date | None
    closes_on: date | None


class PublicContract(Schema):
    """A signed contract; ``state_money`` in whole đồng, null where it is withheld."""

    public_id: str
    number: str
    title_vi: str
    title_en: str
    host: str = Field(alias="host.name_vi")
    decision_number: str
    signed_on: date | None
    starts_on: date | None
    ends_on: date | None
    state_money: Decimal | None
    currency: Literal["VND"] = "VND"
    state: str | None = Field(None, alias="case.state")


class PublicContracts(Schema):
    count: int | None
    items: list[PublicContract]


class PublicResults(Schema):
    count: int | None
    items: list[PublicResult]


class Offers(Schema):
    count: int | None
    items: list[OfferOut]


@router.get("/contracts", response=PublicContracts)
def contracts(request: HttpRequest, page: Query[ContractPage]) -> dict[str, Any]:
    """Signed contracts, newest first."""
    by = seen_by(request)
    rows = queries.public_contracts(at=now(), q=page.q, by=by)
    return paged(request, page.narrowed(rows, by), page)


@router.get("/results", response=PublicResults)
def results(request: HttpRequest, page: Query[ResultPage]) -> dict[str, Any]:
    """Open results, and those whose embargo is over, newest first."""
    by = seen_by(request)
    return paged(request, page.narrowed(queries.results(page.q, by=by), by), page)


@router.get("/offers", response=Offers)
def offers(request: HttpRequest, page: Query[OfferPage]) -> dict[str, Any]:
    """What is offered today."""
    rows = queries.offers(localdate())
    return paged(request, page.narrowed(rows, seen_by(request)), page)


@router.get("/organisations/{public_id}", response=OrganisationOut)
def organisation(request: HttpRequest, public_id: str) -> Organisation:  # noqa: ARG001
    return queries.organisation(public_id)


@router.get("/calls/{public_id}", response=CallOut)
def call(request: HttpRequest, public_id: str) -> Call:  # noqa: ARG001
    return queries.call(public_id)


@router.get("/orders/{public_id}", response=OrderOut)
def order(request: HttpRequest, public_id: str) -> Order:  # noqa: ARG001
    return queries.order(public_id)


@router.get("/decisions/{public_id}", response=DecisionOut)
def decision(request: HttpRequest, public_id: str) -> Decision:  # noqa: ARG001
    return queries.decision(public_id)


@router.get("/tasks/{public_id}", response=TaskOut)
def task(request: HttpRequest, public_id: str) -> Task:  # noqa: ARG001
    return queries.task(public_id)


@router.get("/results/{public_id}", response=PublicResult)
def result(request: HttpRequest, public_id: str) -> Result:  # noqa: ARG001
    return queries.result(public_id)


@router.get("/offers/{public_id}", response=OfferOut)
def offer(request: HttpRequest, public_id: str) -> Offer:  # noqa: ARG001
    """One that is offered today; one that is over has its page alone."""
    found, is_open = queries.offer(public_id, localdate())
    if not is_open:
        raise NotFound
    return found
