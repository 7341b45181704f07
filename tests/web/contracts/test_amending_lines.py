"""The form of an amendment: lines by unit keep their arithmetic, norms their grounds."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from opensti.domains.calls.models import Dossier
from opensti.domains.contracts import queries
from opensti.domains.contracts.models import Amendment, BudgetItem
from tests.factories import amendments as factory
from tests.web.contracts.test_amendments import ask, english

pytestmark = pytest.mark.django_db
NEW = {
    "new-amount": "50.000.000",
    "new-category": "travel",
    "new-source": "state",
    "new-year": 2027,
}


@pytest.fixture
def funded():
    """A contract whose first line is paid by months, under the norms of 2023."""
    funded = factory.running("moit_2014")
    Dossier.objects.filter(pk=funded.contract.dossier_id).update(
        submitted_at=datetime(2024, 3, 1, tzinfo=UTC)
    )
    items = queries.budget_now(funded.contract.dossier_id).items
    BudgetItem.objects.filter(pk=items.order_by("position")[0].pk).update(
        quantity=24,
        unit="tháng",
        price=50_000_000,
        norm="remuneration_tt03/pi",
        norm_max=960_000_000,
        ground="QĐ 12/QĐ-BCT.",
    )
    return funded


def typed(funded, **more):
    first, *rest = queries.budget_now(funded.contract.dossier_id).items.order_by(
        "position"
    )
    name = f"line-{first.key}"
    said = {f"line-{i.key}": str(i.amount) for i in rest}
    said |= {f"{name}-quantity": "24", f"{name}-price": "50.000.000"}
    said[f"{name}-ground"] = first.ground
    return said | {f"{name}-{part}": value for part, value in more.items()} | NEW


def test_a_line_by_unit_is_changed_by_its_quantity_and_price(client_of, funded):
    officer = english(client_of(funded.officer))
    made = ask(officer, funded, "budget_transfer", **typed(funded, quantity="23"))
    assert made.status_code == 302, made.content.decode()
    first, *_rest = Amendment.objects.get().after["lines"]
    assert (first["quantity"], first["price"], first["amount"]) == (
        "23.000",
        "50000000",
        "1150000000",
    )


def test_a_line_above_its_norm_is_asked_for_with_its_ground(client_of, funded):
    officer = english(client_of(funded.officer))
    bare = ask(
        officer, funded, "budget_transfer", **typed(funded, quantity="23", ground="")
    )
    assert bare.status_code == 422
    assert "above the norm “Principal investigator”" in bare.content.decode()
    assert not Amendment.objects.exists()
    given = typed(funded, quantity="23", ground="QĐ 90/QĐ-BCT.")
    assert ask(officer, funded, "budget_transfer", **given).status_code == 302
    assert Amendment.objects.get().after["lines"][0]["ground"] == "QĐ 90/QĐ-BCT."
