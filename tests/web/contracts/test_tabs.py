"""The parts of a contract: each has a name of its own, in both languages."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from opensti.web.contracts.tabs import PARTS


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_two_parts_of_a_contract_are_called_the_same(language):
    with override(language):
        names = [str(label) for label, _page in PARTS]
    assert sorted(set(names)) == sorted(names)
