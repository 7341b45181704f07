"""The story that most tests of overlap begin with."""

from __future__ import annotations

import pytest

from tests.factories import overlaps as factory


@pytest.fixture
def story(db):
    """A need repeats an archived task; the worker compared it with the archive."""
    return factory.screened()
