"""How often papers may be asked for and ballots handed in: a flood must not stop a vote.

Counted in the memory of the process and forgotten with the minute: nothing is written
from which the time of somebody's ballot could be read later. Each process counts for
itself, so a house with several lets through as many times as much.
"""

from __future__ import annotations

from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from opensti.kernel.limits import address_of
from opensti.kernel.refusals import TooMany

if TYPE_CHECKING:
    from django.http import HttpRequest

    from opensti.kernel.refusals import Text

MINUTE = 60
# A council of thirty shares the address of its room, and a phone without a line tries
# again every three to six seconds: each of them may, all the time.
OF_MEMBER, OF_ADDRESS = 30, 900
MOST_KEYS = 10_000


class Limit:
    """So many attempts of one sort within a minute for each key; O(1), bounded memory."""

    def __init__(self, per_minute: int, said: Text) -> None:
        self.per_minute, self.said = per_minute, said
        self._minute, self._seen, self._lock = 0, dict[str, int](), Lock()

    def count(self, key: str) -> None:
        """Count one attempt; raise ``TooMany`` beyond the limit until the minute is over."""
        minute = int(monotonic()) // MINUTE
        with self._lock:
            if minute != self._minute:
                self._minute, self._seen = minute, {}
            if key not in self._seen and len(self._seen) >= MOST_KEYS:
                key = "all others"
            self._seen[key] = attempts = self._seen.get(key, 0) + 1
        if attempts > self.per_minute:
            raise TooMany(self.said, mend=_("Wait a minute and try again."))


PAPERS = Limit(OF_MEMBER, _("You asked for your ballot paper too often."))
ADDRESSES = Limit(OF_ADDRESS, _("Too many attempts from your address."))


def limit_papers(request: HttpRequest, member: int) -> None:
    """Before a ballot paper is signed: per member, and per address."""
    PAPERS.count(str(member))
    ADDRESSES.count(f"paper {address_of(request)}")


def limit_urn(request: HttpRequest) -> None:
    """Before a ballot is looked at: per address alone, for nobody's name is known."""
    ADDRESSES.count(f"urn {address_of(request)}")
