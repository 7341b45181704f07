"""Public pages are kept by those who read them, and asked for again only when they changed.

A page that everybody reads alike carries the state of the house that it shows. Asked
again with it, the answer is "not modified", and no page is drawn; a page that takes long to
draw is kept in the cache of the house while the state stands. Whoever is signed in,
has a message waiting, or is given a form with a token gets a page of their own.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import caches
from django.http import HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.timezone import now
from django.utils.translation import get_language

import opensti
from opensti.domains.publications.queries import page_state

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    Next = Callable[[HttpRequest], HttpResponse]

PUBLIC_PLACES = frozenset({"portal"})
# Cookies that do not say who somebody is. Any other makes the page one's own.
NAMELESS = frozenset({settings.LANGUAGE_COOKIE_NAME, settings.CSRF_COOKIE_NAME})
# What took longer to draw is kept in the house, too: seconds.
SLOW = 0.1
DAY = 24 * 3600
HTML = "text/html; charset=utf-8"
DEPENDS_ON = ("Cookie", "Accept-Language", "HX-Request", "HX-Boosted")


class PublicPagesMiddleware:
    """Give public pages an ETag of the house's state, and answer 304 while it stands."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = perf_counter()
        response = self.get_response(request)
        tag = getattr(request, "page_tag", "")
        if tag and _the_same_for_everybody(request, response):
            _may_be_kept(response, tag)
            if perf_counter() - began > SLOW:
                _keep_here(response, tag)
        return response

    def process_view(
        self, request: HttpRequest, _view: object, _args: object, _kwargs: object
    ) -> HttpResponse | None:
        match = request.resolver_match
        if (
            request.method not in {"GET", "HEAD"}
            or match is None
            or match.namespace not in PUBLIC_PLACES
            or not NAMELESS.issuperset(request.COOKIES)
        ):
            return None
        if not (tag := tag_of(request)):
            return None
        # Only a page that was the same for everybody was ever given this tag.
        asked = request.headers.get("If-None-Match", "")
        if tag in {one.strip() for one in asked.split(",")}:
            unchanged = HttpResponseNotModified()
            _may_be_kept(unchanged, tag)
            return unchanged
        if (kept := caches["pages"].get(f"page:{tag}")) is not None:
            drawn = HttpResponse(kept)
            _may_be_kept(drawn, tag)
            return drawn
        request.page_tag = tag  # type: ignore[attr-defined]
        return None


def tag_of(request: HttpRequest) -> str:
    """The ETag that a public page has now; empty where the house tells no state.

    Weak: it stands for what the page says, however its bytes are packed on the way.
    """
    state = page_state(at=now())
    if not state:
        return ""
    told = (
        state,
        program(),
        get_language() or "",
        request.get_full_path(),
        *(request.headers.get(name, "") for name in DEPENDS_ON[2:]),
    )
    digest = sha256("\n".join(told).encode()).hexdigest()
    return f'W/"{digest[:32]}"'


@lru_cache
def program() -> str:
    """What draws the pages: with new words, templates or code every tag is another."""
    home = Path(opensti.__file__ or "").parent
    changed = max(
        (file.stat().st_mtime_ns for file in home.rglob("*") if file.is_file()),
        default=0,
    )
    return f"{version('opensti')} {changed}"


def _the_same_for_everybody(request: HttpRequest, response: HttpResponseBase) -> bool:
    """No token, no message, no session, no cookie; and the view says nothing else itself."""
    messages = getattr(request, "_messages", None)
    return (
        response.status_code == 200  # noqa: PLR2004
        and not response.cookies
        and not response.has_header("ETag")
        and not response.has_header("Cache-Control")
        and not request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
        and not request.session.modified
        and not (messages is not None and messages.added_new)
    )


def _keep_here(response: HttpResponseBase, tag: str) -> None:
    """A page that took long is drawn once for everybody, not once for each reader."""
    if isinstance(response, HttpResponse) and response["Content-Type"] == HTML:
        caches["pages"].set(f"page:{tag}", response.content, DAY)


def _may_be_kept(response: HttpResponseBase, tag: str) -> None:
    response["ETag"] = tag
    patch_cache_control(response, public=True, no_cache=True)
    patch_vary_headers(response, DEPENDS_ON)
