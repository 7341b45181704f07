"""Each public act has its page: what it says, its receipt, how to verify it; no other has."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils.timezone import now

from opensti.kernel.access import SYSTEM
from opensti.kernel.record.actions import checkpoint, record
from opensti.kernel.record.queries import verifier_key, verify_receipt

pytestmark = pytest.mark.django_db
BUDGETS = {"log:entry": 2}


def entered(*, public=True, **detail):
    return record(
        actor=SYSTEM, act="calls.publish", subject="calls.call:0", at=now(),
        basis="TT 09/2026", public=public, detail={"call": "BCT-7", **detail},
        secret={"phone": "0912345678"},
    )  # fmt: skip


@pytest.mark.parametrize("number", [1, 3])
def test_a_public_act_is_read_in_words_and_as_entered(
    client, django_assert_num_queries, number
):
    entry = [entered() for _n in range(number)][-1]
    checkpoint(at=now())
    address = reverse("log:entry", args=[entry.position])
    client.get(address)
    with django_assert_num_queries(BUDGETS["log:entry"]):
        page = client.get(address).content.decode()
    for word in ("BCT-7", "TT 09/2026", "verify.py", str(verifier_key())[:20]):
        assert word in page
    assert bytes(entry.leaf_hash).hex() in page
    assert "0912345678" not in page


def test_its_receipt_is_there_once_the_log_was_signed(client):
    entry = entered()
    address = reverse("log:entry_receipt", args=[entry.position])
    page = reverse("log:entry", args=[entry.position])
    assert client.get(address).status_code == 409
    assert address not in client.get(page).content.decode()
    checkpoint(at=now())
    assert address in client.get(page).content.decode()
    receipt = client.get(address).content.decode()
    found = verify_receipt(receipt, verifier_key())
    assert (found.position, found.size) == (entry.position, 1)


def test_an_act_that_is_not_public_has_no_page(client):
    entry = entered(public=False, amount="123456789")
    checkpoint(at=now())
    for name in ("log:entry", "log:entry_receipt"):
        answers = [
            client.get(reverse(name, args=[position]))
            for position in (entry.position, entry.position + 100)
        ]
        assert [a.status_code for a in answers] == [404, 404]
        hidden, none = (a.content.decode() for a in answers)
        assert hidden.replace(f"/{entry.position}/", "") == none.replace(
            f"/{entry.position + 100}/", ""
        )
        assert "123456789" not in hidden
