"""What state of the house an export shows, told without reading what it exports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from opensti.domains.publications.queries import register
from opensti.domains.publications.queries.days import midnight
from opensti.domains.results.choices import Secrecy
from opensti.kernel.record.queries import latest_act, log_size

if TYPE_CHECKING:
    from datetime import date

    from opensti.domains.publications.queries.sight import Sight


@dataclass(frozen=True, kw_only=True)
class Edition:
    """The state after ``acts`` entries of the record; ``at`` is when it came about.

    Every change is an act with an entry, but for what ends or begins by itself: the last
    day on which an embargo ended is ``opened``; ``policy`` names the rules in force, and
    ``day`` is the day of asking while some of them carry a delay: any day may end one.
    """

    acts: int
    at: datetime
    opened: date | None = None
    policy: str = ""
    day: date | None = None
    # Its figures were worked out before and are kept: acts may have followed.
    kept: bool = False

    @property
    def tag(self) -> str:
        """Another text for another state."""
        parts = (self.acts, self.opened or "", self.policy, self.day or "")
        return " ".join(map(str, parts))


def edition(*, acts: int | None = None) -> Edition:
    """The edition of all open data as they stand; 4 queries, 3 where ``acts`` are counted.

    A house in which nothing was ever done is that of the beginning of time (1970).
    """
    at = latest_act() or datetime.fromtimestamp(0, UTC)
    by = register.seen_now()
    opened = _opened(by)
    if opened is not None:
        at = max(at, midnight(opened))
    day = by.day if any(rule.delay_days for rule in by.policy.rules) else None
    for began in (day, by.since):
        if began is not None:
            at = max(at, midnight(began))
    return Edition(
        acts=log_size() if acts is None else acts,
        at=at,
        opened=opened,
        policy=by.policy.digest,
        day=day,
    )


def _opened(by: Sight) -> date | None:
    """The last day on which an embargo of something public ended; 1 query."""
    ended, *others = (
        rows.order_by()
        .filter(secrecy=Secrecy.EMBARGO)
        .values_list("open_from", flat=True)
        for rows in (
            register.orders(by=by),
            register.tasks(by=by),
            register.results(by=by),
        )
    )
    days = ended.union(*others).order_by("-open_from")[:1]
    return next(iter(days), None)
