"""What happens to the record by itself: it is signed, and shown to its witnesses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opensti.kernel.jobs.registry import every
from opensti.kernel.record.cosigning import ask_witnesses
from opensti.kernel.record.signing import checkpoint

if TYPE_CHECKING:
    from datetime import datetime


@every(seconds=15, name="record.sign", atomic=False)
def sign(at: datetime) -> None:
    """Sign what was recorded since; a log that was rewritten is refused, loudly."""
    checkpoint(at=at)


@every(seconds=15, name="record.ask_witnesses", atomic=False)
def ask(at: datetime) -> None:
    ask_witnesses(at=at)
