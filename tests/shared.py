"""Where real data lies, when this machine has it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED = Path(
    os.environ.get("OPENSTI_SHARED", Path(__file__).resolve().parents[2] / "shared")
)
needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(),
    reason=f"the shared data is not at {SHARED} (set OPENSTI_SHARED)",
)
