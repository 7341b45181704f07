"""Scorecards, the coherence test and stocktakes as a program reads them.

``/targets`` is open data, of published values alone; the rest by key, as far as its owner
may know. Numbers of a scorecard are those of its page, neither rounded nor clipped.
"""

from __future__ import annotations

from datetime import date  # noqa: TC003 -- read by the schemas at run time
from typing import Any

from django.http import HttpRequest  # noqa: TC002
from django.utils.timezone import now
from ninja import Field, Query, Router, Schema

from opensti.api.acts import Bearer
from opensti.api.contracts import Page  # noqa: TC001 -- read at run time
from opensti.domains.publications import queries as public_queries
from opensti.domains.strategies import queries
from opensti.kernel.access import require

router = Router(auth=Bearer(), tags=["strategies"])
public = Router(tags=["strategies"])


class StocktakeOut(Schema):
    id: int
    public_id: str
    version: int
    plan: str = Field(alias="plan.code")
    title_vi: str
    title_en: str
    held_on: date
    state: str
    digest: str
    decided: int
    undone: int


class Stocktakes(Schema):
    count: int
    items: list[StocktakeOut]


class FindingOut(Schema):
    """``words`` are in the language of the request, ``figures`` their numbers."""

    code: str
    severity: str
    words: str
    figures: dict[str, float]
    about: list[str]


@router.get("/stocktakes", response=Stocktakes)
def stocktakes(request: HttpRequest, page: Query[Page]) -> dict[str, Any]:
    """Stocktakes of plans, latest first."""
    actor = request.auth  # type: ignore[attr-defined]
    require(actor, "strategies.list_stocktakes")
    rows = queries.stocktakes(actor)
    if page.q:
        rows = rows.filter(title_vi__icontains=page.q)
    return {
        "count": rows.count(),
        "items": list(rows[page.offset : page.offset + page.limit]),
    }


@router.get("/scorecards/{public_id}", response=dict[str, Any])
def scorecard(request: HttpRequest, public_id: str) -> dict[str, Any]:
    """The scorecard of a plan with all values that count, published or not."""
    actor = request.auth  # type: ignore[attr-defined]
    require(actor, "strategies.list_plans")
    plan = queries.plan_of_scorecard(actor, public_id)
    return queries.to_plain(queries.scorecard(actor, plan, as_of=now()))


@router.get("/coherence", response=list[FindingOut])
def coherence(request: HttpRequest, plan: str = "") -> list[FindingOut]:
    """What the coherence test finds, of one plan (its public id) or of all."""
    actor = request.auth  # type: ignore[attr-defined]
    require(actor, "strategies.list_plans")
    one = queries.plan_of_scorecard(actor, plan) if plan else None
    return [
        FindingOut(
            code=f.code,
            severity=f.severity,
            words=queries.coherence_words(f),
            figures={name: float(value) for name, value in f.figures.items()},
            about=[f"{thing.kind}:{thing.code}" for thing in f.about],
        )
        for f in queries.coherence(actor, one, as_of=now())
    ]


@public.get("/targets", response=list[dict[str, Any]])
def targets(request: HttpRequest) -> list[dict[str, Any]]:  # noqa: ARG001
    """The targets of every public plan by published values."""
    return [queries.to_plain(card) for card in public_queries.scorecards(at=now())]
