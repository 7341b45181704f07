"""What the worker does by itself: compare what was handed in, and again what is open.

Both leave no job behind: a list of jobs would tell how many works were filed when.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from opensti.domains.overlaps.actions import (
    answer_own_checks,
    refresh_corpus,
    screen_open_again,
    screen_waiting,
)
from opensti.kernel.jobs.registry import every

if TYPE_CHECKING:
    from datetime import datetime

SOON, LATER = 5, 60


@every(seconds=SOON, name="overlaps.screen", atomic=False)
def compare_waiting(at: datetime) -> int:
    done = screen_waiting(at=at)
    return done + answer_own_checks(batch=refresh_corpus(at=at), at=at)


@every(seconds=LATER, name="overlaps.screen_again", atomic=False)
def compare_open_again(at: datetime) -> int:
    return screen_open_again(at=at)
