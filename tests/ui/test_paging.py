"""A page of a long list has the rows of the plain one, whatever the list was narrowed by."""

from __future__ import annotations

import pytest
from django.core.paginator import Paginator
from django.db.models import Count

from opensti.domains.registry.models import Organisation
from opensti.domains.tasks.models import Task
from opensti.ui.paging import KeyPaginator
from opensti.ui.tables import Table
from tests.factories.registry import Organisations
from tests.factories.tasks import Tasks

TASKS = Task.objects.order_by("-year", "-pk")
LISTS = {
    "all": TASKS,
    "by a column": TASKS.filter(year__gte=2021),
    "by what each has one of": TASKS.filter(host__name_vi__contains="1"),
    "without those of some": TASKS.exclude(host__name_vi__contains="1"),
    "by what each has many of": Organisation.objects.filter(
        tasks__code__in=["T-0", "T-1"]
    ).order_by("pk"),
    "each once": Organisation.objects.filter(tasks__year__gte=2021)
    .distinct()
    .order_by("pk"),
    "counted": Organisation.objects.filter(tasks__year__gte=2021)
    .annotate(n=Count("tasks"))
    .order_by("-n", "pk"),
    "by a count": Organisation.objects.annotate(n=Count("tasks"))
    .filter(n__gt=1)
    .order_by("-n", "pk"),
}


class Bare(Table):
    class Meta(Table.Meta):
        fields = ()


@pytest.mark.django_db
@pytest.mark.parametrize("name", LISTS)
def test_a_page_has_the_rows_of_the_plain_one(name):
    hosts = [Organisations.create(name_vi=f"Viện {n}") for n in range(3)]
    for n in range(9):
        host = hosts[n % 4 % 3]
        Tasks.create(state="archived", code=f"T-{n}", year=2020 + n % 3, host=host)
    rows = LISTS[name].all()
    plain = made(rows, Paginator)
    assert len(plain) > 0
    assert made(rows, KeyPaginator) == plain


def made(rows, kind):
    """Key and count of each row, page by page."""
    table = Bare(rows)
    pages = kind(table.rows, 2)
    return [
        [(row.record.pk, getattr(row.record, "n", None)) for row in pages.page(number)]
        for number in pages.page_range
    ]
