"""Orders and tasks that are closed to everybody: how many, and nothing else of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce, ExtractYear

from opensti.domains.tasks.choices import Secrecy
from opensti.domains.tasks.permissions import (
    PUBLIC_ORDERS,
    closed_orders,
    closed_tasks,
)

if TYPE_CHECKING:
    from datetime import date
    from typing import Any

    from django.db.models import QuerySet


def closed_orders_by_year(before: date) -> dict[tuple[int, str], int]:
    """Closed orders by year of decision and class, of years over by a day; 1 query.

    Those that would be public but for their class, and state secrets.
    """
    rows = closed_orders().filter(
        Q(case__state__in=PUBLIC_ORDERS) | Q(secrecy=Secrecy.CLASSIFIED)
    )
    year = Coalesce(
        F("kept_year"), ExtractYear("list__decided_on"), ExtractYear("created_at")
    )
    return _counted(rows, year, before)


def closed_tasks_by_year(before: date) -> dict[tuple[int, str], int]:
    """Closed task files by their year and class, of years over by a day; 1 query."""
    return _counted(closed_tasks(), Coalesce(F("kept_year"), F("year")), before)


def _counted(
    rows: QuerySet[Any], year: Coalesce, before: date
) -> dict[tuple[int, str], int]:
    found = (
        rows.annotate(of_year=year)
        .filter(of_year__lt=before.year)
        .values_list("of_year", "secrecy")
        .annotate(n=Count("pk"))
    )
    return {(of_year, secrecy): n for of_year, secrecy, n in found}
