"""Open data: what the public register holds, versioned, no sign-in; and acts by key.

Every list is paged (``limit`` at most 500; by ``cursor``, or as before by ``offset``) and costs the same few queries whatever
its length; what may be seen is decided in ``publications``, never here.
"""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 -- read by the schemas at run time
from decimal import Decimal  # noqa: TC003
from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from ninja import Query, Schema
from ninja.errors import AuthenticationError
from pydantic import Field

from opensti.api import acts
from opensti.api.audience import seen_by
from opensti.api.conditional import key_refused
from opensti.api.contracts import router as contracts
from opensti.api.document import OpenData
from opensti.api.filters import (  # noqa: TC001 -- read by the addresses at run time
    CallPage,
    DecisionPage,
    OrderPage,
    OrganisationPage,
    TaskPage,
)
from opensti.api.paging import paged
from opensti.api.results import router as results
from opensti.api.strategies_accounts import router as strategies_accounts
from opensti.api.strategies_goals import router as goals
from opensti.api.strategies_indicators import router as strategies_indicators
from opensti.api.strategies_indices import public as public_indices
from opensti.api.strategies_indices import router as strategies_indices
from opensti.api.strategies_plans import router as strategies_plans
from opensti.api.strategies_scorecard import public
from opensti.api.strategies_scorecard import router as scorecards
from opensti.domains.publications import queries
from opensti.kernel.refusals import NotFound, Refusal
from opensti.ui.receipts import receipt_file

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

api = OpenData(
    title="OpenSTI open data",
    version="1",
    description="The public register as data. Times are ISO 8601; money is whole đồng. What the disclosure policy withholds is null or empty: /disclosure says what that is.",
    urls_namespace="api-1",
    docs_url=None,  # its page loads scripts from elsewhere; openapi.json says it all
)


@api.exception_handler(AuthenticationError)
def unkeyed(_request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    return key_refused(_("This address is read and written with a key alone."))


@api.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return api.create_response(request, refusal.as_dict(), status=refusal.status)


class OrganisationOut(Schema):
    public_id: str
    name_vi: str
    name_en: str
    kind: str
    ror: str | None = None


class CallOut(Schema):
    public_id: str
    code: str
    title_vi: str
    title_en: str
    opens_at: datetime | None
    closes_at: datetime | None
    state: str


class OrderOut(Schema):
    public_id: str
    code: str
    title_vi: str
    title_en: str
    budget_ceiling: Decimal | None
    currency: Literal["VND"] = "VND"
    duration_months: int | None


class DecisionOut(Schema):
    public_id: str
    dossier: str = Field(alias="dossier.code")
    title_vi: str = Field(alias="dossier.title_vi")
    title_en: str = Field(alias="dossier.title_en")
    host: str = Field(alias="dossier.host.name_vi")
    ruling: str
    amount: Decimal | None
    currency: Literal["VND"] = "VND"
    reason_vi: str
    decision_number: str = Field(alias="round.decision_number")
    released_at: datetime | None = Field(alias="round.released_at")
    entry_position: int | None


class TaskOut(Schema):
    public_id: str
    code: str
    title_vi: str
    title_en: str
    host_name: str
    funder: str
    year: int | None
    state: str
    amount: Decimal | None
    currency: str


class Organisations(Schema):
    count: int | None
    items: list[OrganisationOut]


class Calls(Schema):
    count: int | None
    items: list[CallOut]


class Orders(Schema):
    count: int | None
    items: list[OrderOut]


class Decisions(Schema):
    count: int | None
    items: list[DecisionOut]


class Tasks(Schema):
    count: int | None
    items: list[TaskOut]


class LikeWork(Schema):
    """A public work that is like a decided one, and what was said of it.

    ``found_by``: ``words`` of its own language, or ``terms`` across languages.
    """

    subject: str
    title_vi: str
    title_en: str
    probability: float
    found_by: str
    verdict: str


class OverlapOut(Schema):
    """A screening as far as everybody may know it.

    ``alike`` works were found at or above the threshold, ``judged`` of them have a
    verdict; only those that are public are named. ``model`` is the sentence model that
    compared the meaning, empty where words decided alone.
    """

    compared_with: int
    compared_at: datetime | None
    method: str
    model: str
    corpus: str
    alike: int
    judged: int
    public: list[LikeWork]


class Cell(Schema):
    """One count by its code; null where it is too small to be told."""

    code: str
    count: int | None


class CouncilFigures(Schema):
    """Councils concluded in a whole past year; every count below five is left out.

    ``gender``, ``seniority``, ``organisations`` and ``provinces`` count seats;
    ``rotation`` people by their number of seats (5: or more); ``spread`` cases by the
    standard deviation of their points, ``days`` councils from forming to conclusion,
    both by where a stretch begins.
    """

    years: list[int]
    year: int
    councils: int | None
    seats: int | None
    people: int | None
    gender: list[Cell]
    seniority: list[Cell]
    organisations: list[Cell]
    provinces: list[Cell]
    rotation: list[Cell]
    spread: list[Cell]
    mean_spread: float | None
    days: list[Cell]
    median_days: float | None


CELLS = (
    "gender", "seniority", "organisations", "provinces", "rotation", "spread", "days",
)  # fmt: skip


class CallAdvice(Schema):
    """Released decisions of a call and year for which a computed choice was the advice.

    ``followed`` + ``approved_against`` + ``declined_against`` + ``amount_changed`` =
    ``decided``.
    """

    year: int
    call: str
    title_vi: str
    title_en: str
    decided: int
    followed: int
    approved_against: int
    declined_against: int
    amount_changed: int


class Draw(Schema):
    """A draw between equally good choices.

    ``sha256`` is that of ``seed`` and stood in the record from ``committed_at`` on. Dossiers
    go in the order of SHA-256 of a line with the seed and a line with their code; where the
    source ``said`` something, the seed is SHA-256 of ``seed``, line feed, ``said``.
    ``committed`` lots stood in the record for the round; more than one, and one was taken.
    """

    call: str
    decision_number: str
    released_at: datetime
    committed_at: datetime
    sha256: str
    seed: str
    source: str
    said: str
    committed: int


class Advice(Schema):
    calls: list[CallAdvice]
    draws: list[Draw]


@api.get("/organisations", response=Organisations)
def organisations(
    request: HttpRequest, page: Query[OrganisationPage]
) -> dict[str, Any]:
    by = seen_by(request)
    return paged(request, page.narrowed(queries.organisations(page.q), by), page)


@api.get("/calls", response=Calls)
def calls(request: HttpRequest, page: Query[CallPage]) -> dict[str, Any]:
    by = seen_by(request)
    return paged(request, page.narrowed(queries.calls(page.q, by=by), by), page)


@api.get("/orders", response=Orders)
def orders(request: HttpRequest, page: Query[OrderPage]) -> dict[str, Any]:
    by = seen_by(request)
    return paged(request, page.narrowed(queries.orders(page.q, by=by), by), page)


@api.get("/decisions", response=Decisions)
def decisions(request: HttpRequest, page: Query[DecisionPage]) -> dict[str, Any]:
    by = seen_by(request)
    return paged(request, page.narrowed(queries.decisions(page.q, by=by), by), page)


@api.get("/decisions/{public_id}/receipt")
def decision_receipt(request: HttpRequest, public_id: str) -> HttpResponse:  # noqa: ARG001
    """The receipt of a decision as C2SP ``tlog-proof`` text."""
    found = queries.decision(public_id)
    text = queries.decision_receipt(found)
    return receipt_file(text, found.dossier.code or found.public_id)


@api.get("/decisions/{public_id}/overlap", response=OverlapOut)
def decision_overlap(request: HttpRequest, public_id: str) -> OverlapOut:  # noqa: ARG001
    """What the decided dossier was compared with, and public works like it."""
    told = queries.overlap_of(queries.decision(public_id))
    if told is None:
        raise NotFound
    return OverlapOut(
        compared_with=told.screening.corpus_size or 0,
        compared_at=told.screening.done_at,
        method=told.screening.method,
        model=told.screening.base.model if told.screening.base else "",
        corpus=told.screening.corpus_digest,
        alike=told.listed,
        judged=told.judged,
        public=[
            LikeWork(
                subject=hit.document.subject,
                title_vi=hit.document.title_vi,
                title_en=hit.document.title_en,
                probability=round(hit.probability, 4),
                found_by="terms" if hit.evidence.get("across") else "words",
                verdict=hit.verdict.finding,
            )
            for hit in told.hits
            if hit.verdict is not None
        ],
    )


@api.get("/tasks", response=Tasks)
def tasks(request: HttpRequest, page: Query[TaskPage]) -> dict[str, Any]:
    by = seen_by(request)
    return paged(request, page.narrowed(queries.tasks(page.q, by=by), by), page)


@api.get("/councils/figures", response=CouncilFigures)
def council_figures(
    request: HttpRequest,  # noqa: ARG001
    year: Annotated[int | None, Query(ge=2000, le=2200)] = None,
) -> CouncilFigures:
    """Who sat in councils of a past year (the last one), and how far they agreed."""
    today = localdate()
    years = queries.council_years(today)
    chosen = year or next(iter(years), today.year)
    found = queries.council_figures(today, chosen)
    return CouncilFigures(
        years=years,
        year=chosen,
        councils=found.councils,
        seats=found.seats,
        people=found.people,
        mean_spread=found.mean_spread,
        median_days=found.median_days,
        **{
            name: [Cell(code=c, count=n) for c, n in getattr(found, name)]
            for name in CELLS
        },
    )


@api.get("/decisions/advice", response=Advice)
def advice(request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001
    """How often decisions followed what was advised, and the draws behind the advice."""
    return {"calls": queries.deviations(), "draws": queries.draws()}


acts.add_to(api)
api.add_router("/mine", contracts)
api.add_router("/mine", results)
api.add_router("/goals", goals)
api.add_router("/mine", scorecards)
api.add_router("", public)
api.add_router("/mine", strategies_indicators)
api.add_router("/mine", strategies_accounts)
api.add_router("/mine", strategies_indices)
api.add_router("", public_indices)
api.add_router("/mine", strategies_plans)
