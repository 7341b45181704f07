"""What an audience is shown: rows, fields, columns, search; what is withheld, and why."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from opensti.domains.calls.models import Call
from opensti.domains.publications.disclosure import Audience
from opensti.domains.publications.queries import sight
from opensti.domains.publications.queries.catalogue import CATALOGUE
from opensti.domains.tasks.models import Order, OrderProduct, Task
from opensti.kernel.access import Role
from tests.factories.policies import policy, seen
from tests.factories.tasks import AT, Tasks, approved, person, regimes

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 1)
EXACT = {"form": "exact"}


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def an_order(**said):
    regimes()
    return approved(person(Role.OFFICER), person(Role.LEADER), **said)


@pytest.fixture
def order():
    found = an_order(title_vi="Thu hồi kẽm", budget_ceiling=Decimal(1_234_567_890))
    return Order.objects.get(pk=found.pk)


def test_by_the_shipped_policy_an_order_is_shown_as_it_is(order):
    found = sight(at=AT)

    assert list(found.rows("order", Order.objects.all())) == [order]
    card = found.card("order", order)
    assert (card.code, card["budget_ceiling"], card.withheld) == (
        order.code,
        Decimal(1_234_567_890),
        (),
    )
    assert found.open_fields("order") == frozenset(CATALOGUE["order"].by_key)


def test_what_no_rule_names_is_withheld_and_comes_out_of_the_rows_empty(order):
    found = seen(TODAY, {"order.title": None, "order.budget_ceiling": None})

    [row] = found.rows("order", Order.objects.all())
    assert (row.code, str(row.title), row.title_vi, row.budget_ceiling) == (
        order.code,
        "",
        "",
        None,
    )
    card = found.card("order", order)
    assert card["title"] is None
    assert [(one.field, str(one.reason)) for one in card.withheld] == [
        ("title", "No rule of the policy makes this public."),
        ("budget_ceiling", "No rule of the policy makes this public."),
    ]
    assert not {"title", "budget_ceiling"} & found.open_fields("order")


def test_a_field_that_is_no_field_is_a_mistake_and_not_withheld(order):
    with pytest.raises(AttributeError):
        _ = sight(at=AT).card("order", order).colour


def test_money_is_rounded_and_a_day_can_be_its_year(order):
    call = Call(opens_at=datetime(2026, 3, 4, tzinfo=AT.tzinfo))
    found = seen(
        TODAY,
        {
            "order.budget_ceiling": {"form": "rounded"},
            "call.opens_at": {"form": "year"},
        },
    )

    [row] = found.rows("order", Order.objects.all())
    assert row.budget_ceiling == Decimal(1_235_000_000)
    assert found.card("order", row)["budget_ceiling"] == Decimal(1_235_000_000)
    assert found.card("call", call)["opens_at"] == 2026
    assert "budget_ceiling" not in found.open_fields("order")
    assert "budget_ceiling" in found.column_fields("order")


def test_a_masked_row_still_tells_the_year_of_the_day_it_no_longer_holds():
    task = Tasks(start=date(2024, 5, 6))
    found = seen(TODAY, {"task.start": {"form": "year"}})

    [row] = found.rows("task", Task.objects.all())

    assert row.start is None
    assert found.card("task", row)["start"] == 2024
    assert task.start == date(2024, 5, 6)


def test_products_are_counted_where_no_more_is_shown(order):
    made = OrderProduct.objects.filter(order=order).count()
    found = seen(TODAY, {"order.products": {"form": "count"}})

    [row] = found.rows("order", Order.objects.all())

    assert found.card("order", row)["products"] == made > 0
    assert list(row.products.order_by("position")) == []


def test_a_delay_hides_a_field_until_its_day_and_names_the_day():
    Tasks(title_vi="Kẽm", start=TODAY - timedelta(days=29))
    late = {"task.title": {"form": "exact", "delay_days": 30}}

    [today] = seen(TODAY, late).rows("task", Task.objects.all())
    [tomorrow] = seen(TODAY + timedelta(days=1), late).rows("task", Task.objects.all())

    assert (today.title_vi, tomorrow.title_vi) == ("", "Kẽm")
    card = seen(TODAY, late).card("task", today)
    [withheld] = [one for one in card.withheld if one.field == "title"]
    assert withheld.until == TODAY + timedelta(days=1)
    assert str(withheld.reason) == "It becomes public later."


def test_a_row_under_a_delay_is_not_there_before_its_day():
    task = Tasks(start=TODAY - timedelta(days=29))
    late = {"task.*": {"form": "exact", "delay_days": 30}}

    assert not seen(TODAY, late).rows("task", Task.objects.all()).exists()
    tomorrow = seen(TODAY + timedelta(days=1), late)
    assert list(tomorrow.rows("task", Task.objects.all())) == [task]
    assert not seen(TODAY, late).shows_row("task", task)
    assert tomorrow.shows_row("task", task)


def test_where_nobody_knows_since_when_to_count_a_delay_never_ends():
    task = Tasks(start=None)
    found = seen(date(2099, 1, 1), {"task.*": {"form": "exact", "delay_days": 1}})

    assert not found.rows("task", Task.objects.all()).exists()
    assert not found.shows_row("task", task)


def test_a_kind_shown_as_a_count_or_not_at_all_has_no_rows():
    Tasks()
    for terms in ({"form": "count"}, {"form": "none"}, None):
        found = seen(TODAY, {"task.*": terms})
        assert list(found.rows("task", Task.objects.all())) == []


def test_a_narrower_circle_is_shown_what_the_wider_one_is_and_what_is_its_own(order):
    changes = {"order.budget_ceiling": {"form": "exact", "audience": "partner"}}

    shown = {
        audience: seen(TODAY, changes, audience).card("order", order)["budget_ceiling"]
        for audience in Audience
    }

    assert shown == {
        Audience.PUBLIC: None,
        Audience.PARTNER: order.budget_ceiling,
        Audience.STAFF: order.budget_ceiling,
    }
    assert seen(TODAY, changes, Audience.STAFF).card("order", order).code == order.code


def test_nobody_sorts_by_what_is_withheld(order):
    other = an_order(budget_ceiling=Decimal(1))
    rows = Order.objects.order_by("budget_ceiling")

    assert list(sight(at=AT).rows("order", rows)) == [other, order]
    hidden = seen(TODAY, {"order.budget_ceiling": None}).rows("order", rows)
    assert hidden.query.order_by == ("-pk",)


def test_search_finds_nothing_through_a_withheld_field(order):
    rows = Order.objects.all()
    hidden = seen(TODAY, {"order.title": None})

    assert list(sight(at=AT).search("order", rows, "thu hoi")) == [order]
    assert list(hidden.search("order", rows, "thu hoi")) == []
    assert list(hidden.search("order", rows, order.code)) == [order]


def test_masking_costs_no_query_for_a_row(order, django_assert_num_queries):
    Tasks.create_batch(3, start=TODAY)
    found = seen(
        TODAY,
        {
            "task.host": None,
            "task.title": {"form": "exact", "delay_days": 3},
            "task.goal": None,
        },
    )
    with django_assert_num_queries(1):
        assert len(list(found.rows("task", Task.objects.all()))) == 3


def test_a_policy_with_the_same_rules_has_the_same_digest():
    assert policy({}).digest == policy({}).digest
    assert policy({}).digest != policy({"task.title": None}).digest
