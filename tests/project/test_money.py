"""No sum of money stands in a list or a file without its currency."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db.models import DecimalField
from django.urls import URLPattern, get_resolver

from opensti.kernel.money import MoneyField
from opensti.ui.lists import ListPage, _exported
from opensti.ui.tables import MoneyColumn


def test_every_column_of_whole_dong_refuses_a_fraction():
    """A plain decimal column would round it in silence, in either database."""
    columns = [
        field
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, DecimalField)
        and (field.max_digits, field.decimal_places) == (18, 0)
    ]
    assert len(columns) > 40
    assert [str(c) for c in columns if not isinstance(c, MoneyField)] == []


def lists(patterns=None):
    """Every list page that has an address."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLPattern):
            page = getattr(pattern.callback, "view_class", None)
            if page is not None and issubclass(page, ListPage):
                yield page
        else:
            yield from lists(pattern.url_patterns)


def test_every_column_of_money_is_written_as_money():
    """Columns of whole đồng or of an amount: by the model's field behind them."""
    plain = []
    for page in lists():
        model = page.table_class._meta.model
        if model is None:
            continue
        fields = {f.name: f for f in model._meta.get_fields()}
        for name, column in page.table_class.base_columns.items():
            field = fields.get(str(column.accessor or name).split("__")[0])
            money = isinstance(field, DecimalField) and field.max_digits == 18
            if money and not isinstance(column, MoneyColumn):
                plain.append((page.__name__, name))
    assert plain == []


@pytest.mark.django_db
def test_every_export_names_the_currency_of_every_column_of_money():
    found = {}
    for page in lists():
        table = page.table_class([])
        columns = [c for c in table.columns if isinstance(c.column, MoneyColumn)]
        for column in columns:
            heads, _cells = _exported(table, [column])
            found[f"{page.__name__}.{column.name}"] = len(heads) == 2 or heads[
                0
            ].endswith(" (VND)")
    assert set(found) == {
        "Archive.amount",
        "Assets.original_value",
        "Contracts.state_money",
        "Deals.earned",
        "Deals.price",
        "Decisions.amount",
        "Dossiers.asked_other",
        "Dossiers.asked_state",
        "Incomes.cost",
        "Incomes.profit",
        "Incomes.revenue",
        "Incomes.tax",
        "Lists.ceiling",
        "Needs.budget_estimate",
        "Orders.budget_ceiling",
        "PaymentRequests.amount",
        "Payments.amount",
        "Payouts.amount",
    }
    assert all(found.values())
