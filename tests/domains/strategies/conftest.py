"""What tests of strategies share."""

from __future__ import annotations

import pytest
from django.utils.translation import override


@pytest.fixture
def in_english():
    """Sentences are compared in the language of the msgids."""
    with override("en"):
        yield
