"""``kill -9`` between any two steps of every act with money: books balance."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.crash.test_kill import HERE, house

if TYPE_CHECKING:
    from tests.crash.test_kill import House

__all__ = ["house"]
LEAST = 10  # statements of the shortest act: it was killed before each


def test_an_act_with_money_is_whole_or_never_was(house: House) -> None:
    told = json.loads(house.run(str(HERE / "money.py")))
    assert {name: found["odd"] for name, found in told.items()} == {
        "pay": [],
        "take back": [],
        "clear": [],
        "import": [],
        "amend": [],
        "claim": [],
        "receive": [],
        "settle": [],
        "liquidate": [],
    }
    assert all(found["killed"] >= LEAST for found in told.values()), told
