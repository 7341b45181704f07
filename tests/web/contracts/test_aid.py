"""The page of aid money: read by who knows the contract, noted by the office."""

from __future__ import annotations

import pytest
from django.urls import reverse

from opensti.domains.contracts.models import Aid
from tests.factories import aid, contract_papers

pytestmark = pytest.mark.django_db
BUDGETS = {"aid": 9, "aid_new": 8, "aid_drop": 8}
SAID = {
    "giver": "Quỹ Đúc", "giver_kind": "60", "giver_ref": "", "amount": "500000000",
    "currency": "VND", "committed_on": "2026-06-01", "flow": "30", "finance": "110",
    "aid_type": "C01", "tied": "5", "sector": "32182",
}  # fmt: skip


@pytest.fixture
def funded():
    return contract_papers.signed()


def at(funded, name, *more):
    return reverse(f"contracts:{name}", args=[funded.contract.public_id, *more])


def test_aid_is_noted_and_dropped_on_the_page(client_of, funded):
    client = client_of(funded.officer)
    assert at(funded, "aid") in client.get(at(funded, "budget")).content.decode()
    wrong = client.post(at(funded, "aid_new"), SAID | {"currency": "xx"})
    assert (wrong.status_code, Aid.objects.count()) == (422, 0)
    client.post(at(funded, "aid_new"), SAID)
    assert "Quỹ Đúc" in client.get(at(funded, "aid")).content.decode()
    client.post(at(funded, "aid_drop", 1), {"reason": "Nhầm tên"})
    page = client.get(at(funded, "aid")).content.decode()
    assert "Nhầm tên" in page
    assert at(funded, "aid_drop", 1) not in page


def test_the_host_reads_it_and_may_not_note_it(client_of, funded):
    aid.note(funded)
    client = client_of(funded.host)
    page = client.get(at(funded, "aid")).content.decode()
    assert "Cơ quan Hợp tác Phát triển" in page
    assert at(funded, "aid_new") not in page
    for name, more in (("aid_new", ()), ("aid_drop", (1,))):
        assert client.post(at(funded, name, *more), SAID).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_no_page_costs_more_when_there_is_more(
    client_of, funded, rows, django_assert_num_queries
):
    for _n in range(rows):
        aid.note(funded)
    client = client_of(funded.officer)
    for name, budget in BUDGETS.items():
        here = at(funded, name, *([1] if name == "aid_drop" else []))
        client.get(here)
        with django_assert_num_queries(budget):
            assert client.get(here).status_code == 200
