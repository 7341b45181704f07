"""Dossiers as texts that can be compared with others: what was last handed in.

For the ministry's own screening: a sealed dossier is not among them, and whoever shows
a text asks first who may see it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Subquery
from django.utils.timezone import localdate

from opensti.domains.calls.choices import HANDED_IN
from opensti.domains.calls.models import Dossier, DossierVersion
from opensti.domains.calls.queries.content import (
    Content,
    version_content,
    working_content,
)
from opensti.domains.calls.queries.lists import dossier_subject
from opensti.domains.procedures.choices import State
from opensti.domains.tasks.queries import lineage, order_subject
from opensti.kernel.worktext import WorkText, joined

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from django.db.models import QuerySet

# Where the forms of the regimes keep what the work is about; the rest is background.
DECIDED = (State.APPROVED, State.DECLINED, State.INELIGIBLE, State.CLOSED)
_ABSTRACT, _OBJECTIVES = ("content", "contents", "novelty"), ("objectives", "aim")
_PRODUCTS = ("products", "product_list", "indicators")
_KEYWORDS = ("keywords",)
_CHUNK = 500
# What is told of a dossier beside the version that was handed in.
_TOLD = (
    "public_id", "code", "submitted_at", "saved_at", "asked_state",
    "order__public_id", "host__name_vi",
)  # fmt: skip
_COLUMNS = ("content", "result", "output", "product", "quality")


def _opened() -> QuerySet[Dossier]:
    return Dossier.objects.filter(
        call__opened_at__isnull=False, submitted_at__isnull=False
    ).exclude(case__state__in=[State.DRAFT, State.WITHDRAWN])


def dossier_stamps(ids: Collection[int] | None = None) -> dict[int, str]:
    """Every dossier of an opened call, by row, with the version last handed in.

    ``ids``: only of these.
    """
    last = (
        DossierVersion.objects.filter(dossier=OuterRef("pk"), reason__in=HANDED_IN)
        .order_by("-number")
        .values("number")[:1]
    )
    opened = _opened() if ids is None else _opened().filter(pk__in=ids)
    rows = opened.annotate(last=Subquery(last)).values_list("pk", "last")
    return {pk: str(number) for pk, number in rows if number is not None}


def undecided_dossiers() -> Any:
    """Ids of the opened dossiers that no decision has reached, as a subquery."""
    return _opened().exclude(case__state__in=DECIDED).values("pk")


def dossiers_of_call(call_id: int) -> list[int]:
    """The rows of a call's dossiers; none while they are sealed."""
    return list(_opened().filter(call_id=call_id).values_list("pk", flat=True))


def dossier_texts(ids: Collection[int]) -> Iterator[WorkText]:
    """The dossiers as texts, in the order of their rows; 3 queries for 500."""
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), _CHUNK):
        yield from _texts(wanted[start : start + _CHUNK])


def _texts(ids: Sequence[int]) -> Iterator[WorkText]:
    rows = list(
        _opened()
        .select_related("order", "host")
        .prefetch_related("order__needs")
        .only(*_TOLD)
        .filter(pk__in=ids)
        .order_by("pk")
    )
    last: dict[int, DossierVersion] = {}
    for version in DossierVersion.objects.filter(
        dossier_id__in=[row.pk for row in rows], reason__in=HANDED_IN
    ).order_by("number"):
        last[version.dossier_id] = version
    for dossier in rows:
        if dossier.pk in last:
            yield _text(dossier, version_content(last[dossier.pk]))


def draft_text(dossier_id: int) -> WorkText | None:
    """What the writers have now, as a text: for their own check before handing in."""
    rows = Dossier.objects.select_related("order", "host")
    dossier = rows.filter(pk=dossier_id).first()
    return None if dossier is None else _text(dossier, working_content(dossier))


def _text(dossier: Dossier, said: Content) -> WorkText:
    came_from: tuple[str, ...] = ()
    if dossier.order is not None:
        came_from = (order_subject(dossier.order.public_id), *lineage(dossier.order))
    year = localdate(dossier.submitted_at or dossier.saved_at).year
    houses = [
        dossier.host.name_vi,
        *(row.organisation_name for row in said.team if row.organisation_name),
    ]
    return WorkText(
        object_id=dossier.pk,
        subject=dossier_subject(dossier.public_id),
        stamp=str(said.version),
        code=dossier.code,
        title_vi=said.title_vi,
        title_en=said.title_en,
        abstract=joined(
            said.abstract_vi, said.abstract_en, *_said(said.answers, _ABSTRACT)
        ),
        objectives=joined(*_said(said.answers, _OBJECTIVES)),
        products=joined(*_said(said.answers, _PRODUCTS)),
        keywords=joined(*_said(said.answers, _KEYWORDS)),
        year=year,
        begins=year,
        people=tuple(dict.fromkeys(row.full_name for row in said.team)),
        organisations=tuple(dict.fromkeys(houses)),
        amount=dossier.asked_state,
        answers=came_from,
    )


def _said(answers: Any, fields: Collection[str]) -> Iterator[str]:
    """The words of some answers; of a table what its rows are about, a row a line."""
    for name in fields:
        value = answers.get(name)
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            for row in (row for row in value if isinstance(row, dict)):
                yield " · ".join(str(row[c]) for c in _COLUMNS if row.get(c))
