"""The story that some pages begin with."""

from __future__ import annotations

import pytest

from tests.factories import portfolios as factory


@pytest.fixture
def story(db):
    """Two dossiers: the council proposes the first and not the second."""
    return factory.judged("90", "60")
