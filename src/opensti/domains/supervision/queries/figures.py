"""How each unit answers: how many, in time, median days; computed from published rows."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from django.utils.timezone import localdate

from opensti.domains.supervision.choices import OPEN
from opensti.domains.supervision.models import Voice
from opensti.kernel.bilingual import pick

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, kw_only=True)
class UnitFigures:
    """One unit (or what no unit has yet): counts of days are calendar days."""

    unit_vi: str
    unit_en: str
    due: int
    answered: int
    in_time: int
    overdue: int
    median_days: float | None

    @property
    def name(self) -> str:
        return pick(self.unit_vi, self.unit_en)

    @property
    def rate(self) -> float | None:
        """Answered of all that were to be answered, in per cent."""
        return round(100 * self.answered / self.due, 1) if self.due else None


def unit_figures(today: date) -> list[UnitFigures]:
    """Every unit that was to answer something public; 1 query."""
    rows = Voice.objects.filter(state__in=OPEN, due_on__isnull=False).values_list(
        "unit__code",
        "unit__name_vi",
        "unit__name_en",
        "due_on",
        "answered_at",
        "received_at",
    )
    by_unit: dict[str, list[tuple[str, str, date, date | None, date]]] = {}
    for code, name_vi, name_en, due_on, answered_at, received_at in rows:
        if received_at is None or due_on is None:
            continue
        line = (
            name_vi or "",
            name_en or "",
            due_on,
            localdate(answered_at) if answered_at else None,
            localdate(received_at),
        )
        by_unit.setdefault(code or "", []).append(line)
    return [_figures(lines, today) for _code, lines in sorted(by_unit.items())]


def _figures(
    lines: list[tuple[str, str, date, date | None, date]], today: date
) -> UnitFigures:
    days = [(done - came).days for _v, _e, _due, done, came in lines if done]
    return UnitFigures(
        unit_vi=lines[0][0],
        unit_en=lines[0][1],
        due=len(lines),
        answered=len(days),
        in_time=sum(
            done is not None and done <= due for _v, _e, due, done, _c in lines
        ),
        overdue=sum(done is None and due < today for _v, _e, due, done, _c in lines),
        median_days=float(median(days)) if days else None,
    )
