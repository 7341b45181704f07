from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

import pytest

from opensti.kernel.access import Role
from opensti.kernel.record import leaves


def test_the_canonical_text_is_the_one_of_rfc_8785():
    value = {"peach": "This sorting order", "péché": "is wrong", "pêche": 1.0, "a": "€"}

    assert leaves.canonical(value) == (
        '{"a":"€","peach":"This sorting order","péché":"is wrong","pêche":1}'
    )


def test_amounts_times_and_codes_become_exact_text():
    hanoi = timezone(timedelta(hours=7))
    value = {
        Role.OFFICER: Decimal(1500000000),
        "tiny": Decimal("1E+3"),
        "on": date(2026, 3, 1),
        "at": datetime(2026, 3, 1, 7, tzinfo=hanoi),
        "id": UUID(int=1),
        "digest": b"\x01\xff",
        "set": {"b", "a"},
        "pair": (1, None, True),
    }

    assert leaves.plain(value) == {
        "officer": "1500000000",
        "tiny": "1000",
        "on": "2026-03-01",
        "at": "2026-03-01T00:00:00.000000Z",
        "id": "00000000-0000-0000-0000-000000000001",
        "digest": "01ff",
        "set": ["a", "b"],
        "pair": [1, None, True],
    }


def test_what_has_no_exact_text_is_refused():
    with pytest.raises(TypeError, match="no place in the record"):
        leaves.canonical({"thing": object()})
    with pytest.raises(ValueError, match="aware"):
        leaves.canonical({"at": datetime(2026, 3, 1)})  # noqa: DTZ001 -- the point
    for number in (2**53 + 1, float("nan")):
        with pytest.raises(ValueError):  # noqa: PT011 -- rfc8785's own words
            leaves.canonical(number)


def test_a_sealed_leaf_is_a_salted_commitment_and_a_public_one_is_the_body():
    body, salt = '{"act":"x"}', bytes(32)

    assert leaves.leaf_of(body=body, salt=salt, public=True) == body.encode()
    assert leaves.leaf_of(body=body, salt=salt, public=False) == (
        b'{"sealed":"%s","v":1}'
        % sha256(salt + body.encode()).hexdigest().encode()
    )  # fmt: skip


def test_the_moment_is_written_in_utc_to_the_microsecond():
    assert leaves.moment(datetime(2026, 1, 2, 3, 4, 5, 6, UTC)) == (
        "2026-01-02T03:04:05.000006Z"
    )
