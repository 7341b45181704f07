"""A body is read within bounds: what no form could send never comes to an act."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils.timezone import localdate

from opensti.api.bodies import MOST, parsed
from opensti.kernel.access import Role
from opensti.kernel.refusals import Invalid
from tests.api.test_acts import key_of, send
from tests.factories.tasks import person


def test_numbers_come_as_they_were_written():
    assert parsed('{"a": 1.50, "b": [7, "x"], "c": {"d": null}}') == {
        "a": Decimal("1.50"),
        "b": [7, "x"],
        "c": {"d": None},
    }


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ("NaN", ""),
        ("-Infinity", ""),
        ("1e999999999", "a"),
        ("-1e-999999999", "a"),
        ("1" * 4000, "a"),
        (r'"\u0000"', "a"),
        (r'{"deep": ["\ud800"]}', "a"),
        (r'{"\u0000": 1}', "a"),
        (str([1] * (MOST + 1)), "a"),
    ],
)
def test_what_no_form_could_send_is_refused_at_its_field(said, field):
    with pytest.raises(Invalid) as refused:
        parsed(f'{{"a": {said}}}')
    assert [p.field for p in refused.value.problems] == [field]


def test_as_many_entries_as_a_form_has_are_taken():
    assert parsed(f'{{"a": {[1] * MOST}}}') == {"a": [1] * MOST}


@pytest.mark.django_db
def test_an_amount_as_text_is_bounded_like_one_as_a_number(client):
    key = key_of(person(Role.FINANCE), confirms=True)
    said = {"contract_id": 1, "year": 2026, "amount": "1e999999999"}
    said |= {"decision_number": "1", "decided_on": localdate().isoformat()}
    refused = send(client, "contracts/allocate", key, 422, **said)
    assert [p["field"] for p in refused["problems"]] == ["amount"]
