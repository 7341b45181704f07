"""How often a password may be tried: few times, yet nobody can shut another out.

Beside the counter of an address for all accounts stand three more (the pattern OWASP calls device cookies): an address tries an account a few
times; all unknown devices together try it slowly, so that many addresses guess no
faster than a few; a device that has signed in to the account before has a counter of its
own, which strangers cannot fill.
"""

from __future__ import annotations

import secrets
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core import signing

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

COOKIE = "opensti_device"
KEPT_SECONDS = 180 * 24 * 3600
MOST_ACCOUNTS = 12  # a shared machine; the oldest are forgotten first
PROVED = "opensti_mailbox"
RATES = {
    "anyone": "10/m/ip",
    "known": "10/5m/key",
    "address": "5/5m/key",
    "account": "20/h/key",
}


def admitted(request: HttpRequest, login: str) -> ratelimit.RateLimitUsage | None:
    """Count an attempt; return nothing when there were too many of its kind."""
    account = _digest(login)
    device = _device(request, account)
    counters = [("known", f"{account}:{device}")]
    if not device:
        address = ratelimit.get_ip(request)
        counters = [("address", f"{account}:{address}"), ("account", account)]
    counted = ratelimit.RateLimitUsage(usage=[])
    for kind, key in [("anyone", None), *counters]:
        usage = _count(request, kind, key)
        if usage is None:
            return None
        counted.usage += usage.usage
    return counted


def remember_device(request: HttpRequest, response: HttpResponse, login: str) -> None:
    """Let this device pass in future, whatever others try on the account."""
    kept = _kept(request)
    account = _digest(login)
    accounts = [*(a for a in kept["accounts"] if a != account), account]
    kept["accounts"] = accounts[-MOST_ACCOUNTS:]
    response.set_cookie(
        COOKIE,
        signing.dumps(kept, salt=COOKIE),
        max_age=KEPT_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def mailbox_proved(request: HttpRequest, login: str) -> None:
    """The link from the mailbox was used here: this browser is the owner's."""
    request.session[PROVED] = _digest(login)


def _device(request: HttpRequest, account: str) -> str:
    """Return what tells this device from others, if it is known to the account."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated and _digest(user.email) == account:
        return "signed in"
    if request.session.get(PROVED) == account:
        return "mailbox"
    kept = _kept(request)
    return str(kept["device"]) if account in kept["accounts"] else ""


def _kept(request: HttpRequest) -> dict[str, Any]:
    try:
        found = signing.loads(
            request.COOKIES.get(COOKIE, ""), salt=COOKIE, max_age=KEPT_SECONDS
        )
    except signing.BadSignature:
        return {"device": secrets.token_hex(8), "accounts": []}
    return dict(found)


def _digest(login: str) -> str:
    return sha256(login.strip().lower().encode()).hexdigest()[:32]


def _count(
    request: HttpRequest, kind: str, key: str | None
) -> ratelimit.RateLimitUsage | None:
    return ratelimit.consume(
        request, app="opensti", action=f"sign_in_{kind}", config=_CONFIG, key=key
    )


_CONFIG = {f"sign_in_{kind}": rate for kind, rate in RATES.items()}
