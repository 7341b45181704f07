"""A small composite index: four provinces, four indicators in two parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opensti.domains.strategies import actions
from opensti.domains.strategies.actions import Source
from opensti.domains.strategies.queries import Sheet
from opensti.kernel.access import Role
from tests.factories.tasks import AT, person

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.domains.strategies.models import CompositeModel, CompositeVersion
    from opensti.kernel.access import Actor

UNITS = """uName,uCode,Region,Size,Patents,Staff,Export,Waste
An,AN,north,10,10,100,1,5
Bình,BI,north,20,40,150,2,3
Cường,CU,south,30,30,,4,4
Dũng,DU,south,40,120,300,8,1
"""
META = """Level,iCode,iName,Direction,Weight,Denominator,Parent,Type
1,Patents,Patents,1,1,Size,Input,Indicator
1,Staff,Staff,1,1,,Input,Indicator
1,Export,Export,1,2,,Output,Indicator
1,Waste,Waste,-1,1,,Output,Indicator
2,Input,Input,1,1,,Index,Aggregate
2,Output,Output,1,1,,Index,Aggregate
3,Index,Index,1,1,,,Aggregate
,Size,Size,,,,,Denominator
,Region,Region,,,,,Group
"""
RECIPE: dict[str, Any] = {
    "impute": {"method": "group_mean", "group": "Region"},
    "normalise": {"method": "min_max", "lowest": 1, "highest": 100},
}


def sheet(text: str) -> Sheet:
    head, *rows = [line.split(",") for line in text.strip().splitlines()]
    return Sheet(
        header=tuple(head),
        rows=tuple(tuple(cell or None for cell in row) for row in rows),
        at=tuple(range(2, len(rows) + 2)),
    )


def officer() -> Actor:
    return person(Role.OFFICER)


def model(actor: Actor, code: str = "PII", at: datetime = AT) -> CompositeModel:
    return actions.create_model(
        actor=actor,
        code=code,
        name_vi="Chỉ số đổi mới cấp tỉnh",
        name_en="Provincial innovation index",
        purpose="province",
        at=at,
    )


def version(
    actor: Actor, of: CompositeModel | None = None, at: datetime = AT, **more: Any
) -> CompositeVersion:
    """A version that is worked out."""
    said: dict[str, Any] = {
        "recipe": RECIPE,
        "units": sheet(UNITS),
        "meta": sheet(META),
        "source": Source(said="Own survey", vintage="2026"),
    } | more
    return actions.open_version(
        actor=actor, model_id=(of or model(actor)).pk, at=at, **said
    )
