"""Where the large real data stand, when they stand beside this checkout."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED = Path(
    os.environ.get("OPENSTI_SHARED", Path(__file__).parents[1].parent / "shared")
)


def needs_shared(name: str) -> pytest.MarkDecorator:
    """Skip, saying so, when ``../shared/data/NAME`` is absent."""
    return pytest.mark.skipif(
        not (SHARED / "data" / name).exists(),
        reason=f"../shared/data/{name} is not beside this checkout",
    )
