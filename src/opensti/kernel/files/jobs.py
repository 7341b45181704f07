"""What happens to files by itself: waiting ones are scanned, bytes nobody needs deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opensti.kernel.files.actions import release_quarantined, sweep
from opensti.kernel.jobs.registry import every

if TYPE_CHECKING:
    from datetime import datetime


@every(seconds=300, name="files.release_quarantined")
def release(at: datetime) -> int:
    return release_quarantined(at=at)


@every(seconds=24 * 3600, name="files.sweep")
def sweep_orphans(at: datetime) -> int:
    return sweep(at=at)
