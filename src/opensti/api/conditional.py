"""What every answer of the interface carries, and what is not sent a second time.

A GET has an ``ETag`` of its very bytes and, where time and acts alone change it, a
``Last-Modified``; asked again with either, it is answered with 304 and no body.
"""

from __future__ import annotations

from calendar import timegm
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import JsonResponse
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date
from django.utils.timezone import localdate, now
from django.utils.translation import gettext_lazy as _

from opensti.domains.accounts.actions import note_token_use
from opensti.domains.accounts.queries import token_holder, why_no_token
from opensti.domains.publications.queries import last_hour, midnight
from opensti.kernel.limits import address_of, count
from opensti.kernel.record.queries import latest_act
from opensti.kernel.refusals import KeyRefused, TooMany

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from opensti.kernel.limits import Left
    from opensti.kernel.refusals import Text

    Next = Callable[[HttpRequest], HttpResponse]

OK = 200
PLACE = "/api/v1/"
# What a job computes for itself, with no act and at no hour.
COMPUTED = "/overlap"
# A moment tells two states apart only when it is this long past (RFC 9110, 8.8.2.2):
# acts that are written down at the same time end one after the other.
SURE = timedelta(seconds=60)


class ApiMiddleware:
    """Count who asks, know the key, answer 304, 401 and 429, say what may be kept.

    A key that is shown must be good, whatever is asked: a program whose key ended would else
    read on as the public, and hold what it is not shown for what there is not.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(PLACE):
            return self.get_response(request)
        shown = _shown(request)
        token = token_holder(shown, localdate()) if shown else None
        request.api_token = token  # type: ignore[attr-defined]
        left = counted(_who(request, token))
        if left is not None and left.wait:
            answer = _too_many()
        elif shown is not None and token is None:
            answer = _framed(request, key_refused(why_no_token(shown, localdate())))
        else:
            if token is not None:
                note_token_use(token_id=token.pk, at=now())
            answer = self.get_response(request)
            answer = _framed(request, answer)
        for name, value in (_heads(left) if left else {}).items():
            answer[name] = value
        return answer


def _shown(request: HttpRequest) -> str | None:
    """The text of the key that was shown, empty or not; None where none was."""
    kind, _space, text = request.headers.get("authorization", "").partition(" ")
    return text.strip() if kind.lower() == "bearer" else None


def key_refused(why: Text) -> HttpResponse:
    """401 that says why a key may not act, or that one is needed, and how to come by one."""
    refusal = KeyRefused(
        why,
        mend=_(
            "Make a key under “Keys for programs” and send it as “Authorization: Bearer <key>”. The public register is read without one: send no such header."
        ),
        who=_("the person the program works for"),
        field="Authorization",
    )
    answer = JsonResponse(refusal.as_dict(), status=refusal.status)
    answer["WWW-Authenticate"] = 'Bearer realm="OpenSTI", error="invalid_token"'
    return answer


def _who(request: HttpRequest, token: Any) -> str:
    """Whose requests are counted together: a key's that holds, else an address's."""
    if token is not None:
        return f"key {token.pk}"
    return f"address {address_of(request)}"


def counted(who: str, *, at: float | None = None) -> Left | None:
    """Count one request of a key or an address; nothing where nothing is limited."""
    per_minute: int = settings.OPENSTI_API_PER_MINUTE
    if per_minute <= 0:
        return None
    return count(who, most=settings.OPENSTI_API_BURST, each=60 / per_minute, at=at)


def _heads(left: Left) -> dict[str, str]:
    """The fields of draft-ietf-httpapi-ratelimit-headers, and ``Retry-After``."""
    said = {
        "RateLimit-Policy": f'"api";q={left.quota};w={left.window}',
        "RateLimit": f'"api";r={left.remaining};t={left.full}',
    }
    return said | ({"Retry-After": str(left.wait)} if left.wait else {})


def _too_many() -> HttpResponse:
    refusal = TooMany(
        _("Too many requests in a short time."),
        mend=_("Wait as many seconds as Retry-After says, then go on."),
    )
    return JsonResponse(refusal.as_dict(), status=refusal.status)


def _framed(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    if link := getattr(request, "api_link", ""):
        answer["Link"] = link
    patch_vary_headers(answer, ["Authorization", "Cookie", "Accept-Language"])
    known = request.api_token is not None or request.user.is_authenticated  # type: ignore[attr-defined]
    if not answer.has_header("Cache-Control"):
        answer["Cache-Control"] = _kept_by(known=known, status=answer.status_code)
    if request.method not in ("GET", "HEAD") or answer.status_code != OK:
        return answer
    if not known:
        answer["Access-Control-Allow-Origin"] = "*"
        answer["Access-Control-Expose-Headers"] = "ETag, Link, RateLimit, Retry-After"
    tag = f'"{sha256(answer.content).hexdigest()[:32]}"'
    answer["ETag"] = tag
    changed = None
    if not request.path.endswith(COMPUTED):
        moment = _changed()
        stamp = timegm(moment.utctimetuple())
        answer["Last-Modified"] = http_date(stamp)
        changed = stamp if now() - moment > SURE else None
    unchanged = get_conditional_response(request, tag, changed, answer)
    if unchanged is not None and unchanged is not answer:
        return unchanged
    packed: Any = GZipMiddleware(lambda _request: answer)
    response: HttpResponse = packed.process_response(request, answer)
    return response


def _kept_by(*, known: bool, status: int) -> str:
    """What was told to one is kept by nobody else; everything is asked about again."""
    if status != OK:
        return "no-store"
    return "private, no-cache" if known else "public, no-cache"


def _changed() -> datetime:
    """When anything last could change; 2 queries, 3 where nobody asked the policy before.

    By an act, because a day began, or at the hour at which a call opened or closed.
    """
    today = midnight(localdate())
    moments = (latest_act(), last_hour(at=now()), today)
    return max(moment for moment in moments if moment is not None)
