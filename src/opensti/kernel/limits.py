"""How often somebody may ask: a bucket that fills again by the second, counted once for all.

The house's cache counts nothing safely between processes (neither ``add`` nor ``incr`` of
a file cache is one step) and throws counters out when others fill it, so each bucket is a
number in a small file that is read and written under an exclusive ``flock``, which the
kernel keeps between the threads and the processes of one machine. Several machines behind
one address count each for itself.

The number is the moment at which the bucket is full again (the generic cell rate
algorithm). One that has passed says nothing, and is dropped at the next writing, so the
files stay as small as the last requests were busy. Nobody's address is in them: a bucket is
named by a digest under a key that is thrown away with its day.
"""

from __future__ import annotations

import fcntl
import hmac
import ipaddress
import json
import math
import secrets
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied

if TYPE_CHECKING:
    from django.http import HttpRequest

# Few enough to be small, many enough that two requests seldom wait for one another.
FILES = 64
PREFIX = 64  # bits of an IPv6 address that one subscriber has
DAY = 24 * 3600


@dataclass(frozen=True, kw_only=True)
class Left:
    """What is left of a bucket after one request."""

    quota: int
    window: int
    remaining: int
    wait: int  # seconds until the next request passes; 0: this one did
    full: int  # seconds until nothing is counted any more


def count(who: str, *, most: int, each: float, at: float | None = None) -> Left:
    """Count one request: ``most`` at once, then one more every ``each`` seconds."""
    now = time.time() if at is None else at
    name = hmac.new(_key(_place(), int(now // DAY)), who.encode(), "sha256")
    full = _taken(name.hexdigest()[:32], now, each, most)
    passed = full is not None
    left = most - math.ceil((full - now) / each - 1e-9) if full is not None else 0
    until = full if full is not None else now + each * most
    return Left(
        quota=most,
        window=max(1, math.ceil(each * most)),
        remaining=max(0, left),
        wait=0 if passed else max(1, math.ceil(each)),
        full=math.ceil(until - now),
    )


def too_often(request: HttpRequest, what: str, *, most: int, seconds: int) -> bool:
    """Count one attempt of this address: whether it was beyond ``most`` in ``seconds``."""
    left = count(f"{what} {address_of(request)}", most=most, each=seconds / most)
    return left.wait > 0


def address_of(request: HttpRequest) -> str:
    """For whom an asking address stands; those that no proxy and no server told are one."""
    try:
        return address(get_adapter(request).get_client_ip(request))
    except PermissionDenied:
        return ""


def address(text: str) -> str:
    """Whom an address stands for: one of IPv4, or the network a subscriber of IPv6 has."""
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return text
    if found.version == 4:  # noqa: PLR2004 -- the version's own number
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, PREFIX), strict=False))


def _place() -> Path:
    return Path(settings.OPENSTI_DATA_DIR) / "limits"


@lru_cache(maxsize=4)
def _key(place: Path, day: int) -> bytes:
    """The day's key, the same for all processes; that of another day is overwritten."""
    place.mkdir(parents=True, exist_ok=True)
    with (place / "key").open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        of_day, _space, key = file.read().partition(b" ")
        if of_day != str(day).encode() or not key:
            key = secrets.token_hex(16).encode()
            file.seek(0)
            file.truncate()
            file.write(f"{day} ".encode() + key)
    return key


def _taken(name: str, now: float, each: float, most: int) -> float | None:
    """When the bucket is full again after this request; nothing where it was empty."""
    place = _place()
    place.mkdir(parents=True, exist_ok=True)
    path = place / f"{int(name[:8], 16) % FILES:02}"
    with path.open("a+", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        kept = _parsed(file.read())
        full = max(kept.get(name, now), now) + each
        if full - now > each * most + 1e-9:
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
