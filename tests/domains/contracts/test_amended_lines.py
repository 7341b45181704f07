"""An amendment of budget lines is held to what the budget itself is held to."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils.translation import override

from opensti.domains.contracts import actions
from opensti.domains.contracts.models import Amendment
from opensti.kernel.refusals import Invalid
from tests.factories import amendments as factory
from tests.factories.contracts import lines_now

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


def moved(funded, amount, category):
    """The lines with so much of labour given to a new line of a category."""
    first, *more = lines_now(funded.contract)
    new = actions.Line(
        category=category, year=first.year, source="state", amount=Decimal(amount)
    )
    return [replace(first, amount=first.amount - amount), *more, new]


@pytest.mark.parametrize("amount", [Decimal(-5), Decimal("0.5")])
def test_an_amount_that_no_budget_holds_is_refused_and_nothing_is_asked(amount):
    funded = factory.running("national_2013")
    with pytest.raises(Invalid) as refused:
        factory.asked(funded, "budget_transfer", lines=moved(funded, amount, "travel"))
    assert {p.field for p in refused.value.problems} == {"lines"}
    assert not Amendment.objects.exists()


def test_the_host_does_not_move_its_lump_sum_into_equipment():
    funded = factory.running("moit_2014", lump="partial")
    with pytest.raises(Invalid) as refused:
        factory.asked(funded, "budget_transfer", lines=moved(funded, 10, "equipment"))
    refusal = refused.value
    assert [str(p.message) for p in refusal.problems] == [
        "The total of the lump sum stays as it is."
    ]
    assert refusal.article == "TL27"


def test_a_lump_sum_to_the_final_product_keeps_its_ceiling_of_assets():
    funded = factory.running("moit_2014", lump="final_product")
    with pytest.raises(Invalid) as refused:
        factory.asked(
            funded, "budget_transfer", lines=moved(funded, 300_000_001, "equipment")
        )
    assert [p.field for p in refused.value.problems] == ["lines"]
    within = moved(funded, 300_000_000, "equipment")
    assert factory.asked(funded, "budget_transfer", lines=within).authority == "manager"


def test_lines_of_an_amended_budget_say_whether_they_are_part_of_the_lump():
    funded = factory.running("moit_2014", lump="partial")
    host = factory.manager(funded)
    done = factory.decided(
        factory.asked(funded, "budget_transfer", lines=moved(funded, 10, "travel")),
        host,
    )
    kept = done.budget.items.order_by("position").values_list("category", "lump")
    assert list(kept) == [
        ("labour", True),
        ("labour", True),
        ("materials", False),
        ("travel", True),
    ]
