"""What the tests of councils share."""

from __future__ import annotations

import pytest

from tests.factories import panels


@pytest.fixture
def office():
    return panels.Office.new()
