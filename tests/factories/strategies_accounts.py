"""Data sets, releases and runs of the productivity accounts, brought by the actions."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
from django.core.files.base import ContentFile

from opensti.domains.strategies import actions
from opensti.kernel.access import Role
from tests.factories.tasks import person

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from opensti.domains.strategies.models import Dataset, MethodRun, Vintage
    from opensti.kernel.access import Actor

AT = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
# Two sectors; work moves to the one that grows.
SECTORS = """unit,sector,year,value_added,employment
VN,farms,2010,100,50
VN,farms,2011,102,48
VN,farms,2012,104,45
VN,factories,2010,200,40
VN,factories,2011,230,44
VN,factories,2012,260,50
"""
# The same economy after its value added was counted anew.
REVISED = SECTORS.replace("260", "300")
PWT = """country,isocode,year,rgdpna,emp,avh,hc,rnna,rkna,labsh
Viet Nam,VNM,2000,100,40,2000,2.0,300,,
Viet Nam,VNM,2001,108,41,2010,2.05,320,,
Viet Nam,VNM,2002,115,42,2020,2.1,345,,
Thailand,THA,2000,200,30,2100,2.4,600,0.90,0.40
Thailand,THA,2001,206,30.5,2090,2.45,615,0.93,0.41
Thailand,THA,2002,213,31,2080,2.5,640,0.97,0.42
"""


def officer() -> Actor:
    return person(Role.OFFICER)


def registered(who: Actor, code: str = "own", **card: Any) -> Dataset:
    told = {
        "name_vi": f"Bộ số liệu {code}",
        "name_en": f"Data set {code}",
        "provider": "Thống kê",
        "licence": "CC BY 4.0",
        "citation": "Nguồn: số liệu tự lập.",
        "redistributable": True,
    }
    return actions.register_dataset(
        actor=who, card=actions.DatasetCard(code=code, **told | card), at=AT
    )


def loaded(
    who: Actor, dataset: Dataset, content: str | bytes = SECTORS, label: str = "1"
) -> Vintage:
    raw = content.encode() if isinstance(content, str) else content
    name = "data.xlsx" if raw[:2] == b"PK" else "data.csv"
    return actions.load_vintage(
        actor=who,
        dataset_id=dataset.pk,
        release=actions.Release(label=label, retrieved_on=date(2026, 5, 1)),
        file=ContentFile(raw, name=name),
        at=AT,
    )


def book(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def question(*vintages: Vintage, kind: str = "shift_share", **asked: Any) -> Any:
    told: dict[str, Any] = {
        "title_vi": "Phân rã năng suất",
        "title_en": "Productivity split",
        "kind": kind,
        "vintages": [one.public_id for one in vintages],
        "first": 2010,
        "last": 2012,
        "conventions": ["mr", "three", "midpoint", "tornqvist", "chained"],
    }
    return actions.Question(**told | asked)


def asked(who: Actor, *vintages: Vintage, **more: Any) -> MethodRun:
    return actions.ask_account(actor=who, question=question(*vintages, **more), at=AT)


def computed(who: Actor, *vintages: Vintage, **more: Any) -> MethodRun:
    run = asked(who, *vintages, **more)
    return actions.compute_account(actor=who, run_id=run.pk, at=AT)


def published(who: Actor, *vintages: Vintage, **more: Any) -> MethodRun:
    run = computed(who, *vintages, **more)
    return actions.publish_account(actor=who, run_id=run.pk, at=AT)
