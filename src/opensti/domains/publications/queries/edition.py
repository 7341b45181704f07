"""What state of the house an export shows, told without reading what it exports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db.models import Max

from opensti.domains.publications.queries import register
from opensti.domains.publications.queries.days import midnight
from opensti.domains.results.choices import Secrecy
from opensti.kernel.record.queries import latest_act, log_size

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, kw_only=True)
class Edition:
    """The state after ``acts`` entries of the record; ``at`` is when it came about.

    Every change is an act with an entry, but for an embargo, which ends by itself: the
    last day on which one ended is ``opened``.
    """

    acts: int
    at: datetime
    opened: date | None = None

    @property
    def tag(self) -> str:
        """Another text for another state."""
        return f"{self.acts} {self.opened or ''}"


def edition() -> Edition:
    """The edition of all open data as they stand; 3 queries.

    A house in which nothing was ever done is that of the beginning of time (1970).
    """
    at = latest_act() or datetime.fromtimestamp(0, UTC)
    under = register.results().order_by().filter(secrecy=Secrecy.EMBARGO)
    opened = under.aggregate(day=Max("open_from"))["day"]
    if opened is not None:
        at = max(at, midnight(opened))
    return Edition(acts=log_size(), at=at, opened=opened)
