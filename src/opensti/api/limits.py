"""How often one key, or one address, may ask: a bucket that fills again by the second.

The house's cache counts nothing safely between processes (neither ``add`` nor ``incr`` of
a file cache is one step), so each bucket is a number in a small file that is read and
written under an exclusive ``flock``, which the kernel keeps between the threads and the
processes of one machine. Several machines behind one address count each for itself.

The number is the moment at which the bucket is full again (the generic cell rate
algorithm). One that has passed says nothing, and is dropped at the next writing, so the
files stay as small as the last seconds were busy.
"""

from __future__ import annotations

import fcntl
import ipaddress
import json
import math
import time
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from pathlib import Path

# Few enough to be small, many enough that two requests seldom wait for one another.
FILES = 64
PREFIX = 64  # bits of an IPv6 address that one subscriber has


@dataclass(frozen=True, kw_only=True)
class Left:
    """What is left of a bucket after one request, in the words of the IETF draft."""

    quota: int
    window: int
    remaining: int
    wait: int  # seconds until the next request passes; 0: this one did
    full: int  # seconds until nothing is counted any more

    @property
    def heads(self) -> dict[str, str]:
        """The fields of draft-ietf-httpapi-ratelimit-headers, and ``Retry-After``."""
        said = {
            "RateLimit-Policy": f'"api";q={self.quota};w={self.window}',
            "RateLimit": f'"api";r={self.remaining};t={self.full}',
        }
        return said | ({"Retry-After": str(self.wait)} if self.wait else {})


def count(who: str, *, at: float | None = None) -> Left | None:
    """Count one request of a key or an address; nothing where nothing is limited."""
    per_minute: int = settings.OPENSTI_API_PER_MINUTE
    if per_minute <= 0:
        return None
    burst: int = settings.OPENSTI_API_BURST
    now = time.time() if at is None else at
    each = 60 / per_minute
    name = sha256(who.encode()).hexdigest()[:32]
    full = _taken(_file(name), name, now, each, burst)
    passed = full is not None
    left = burst - math.ceil((full - now) / each - 1e-9) if full is not None else 0
    until = full if full is not None else now + each * burst
    return Left(
        quota=burst,
        window=max(1, math.ceil(each * burst)),
        remaining=max(0, left),
        wait=0 if passed else max(1, math.ceil(each)),
        full=math.ceil(until - now),
    )


def address(text: str) -> str:
    """Whom an address stands for: one of IPv4, or the network a subscriber of IPv6 has."""
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return text
    if found.version == 4:  # noqa: PLR2004 -- the version's own number
        return str(found)
    return str(ipaddress.ip_network((found, PREFIX), strict=False))


def _file(name: str) -> Path:
    place: Path = settings.OPENSTI_DATA_DIR / "limits"
    place.mkdir(parents=True, exist_ok=True)
    return place / f"{int(name[:8], 16) % FILES:02}"


def _taken(path: Path, name: str, now: float, each: float, burst: int) -> float | None:
    """When the bucket is full again after this request; nothing where it was empty."""
    with path.open("a+", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        kept = _parsed(file.read())
        full = max(kept.get(name, now), now) + each
        if full - now > each * burst + 1e-9:
            return None
        kept[name] = full
        file.seek(0)
        file.truncate()
        file.write(json.dumps({n: t for n, t in kept.items() if t > now}))
    return full


def _parsed(text: str) -> dict[str, float]:
    """What a file keeps; one that a crash cut short counts from nothing."""
    try:
        kept = json.loads(text or "{}")
    except ValueError:
        return {}
    return kept if isinstance(kept, dict) else {}
