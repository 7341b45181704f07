"""Who is asking, and how a refusal is said: once, for every page."""

from __future__ import annotations

import time
from decimal import InvalidOperation
from typing import TYPE_CHECKING

import structlog
from allauth.account import app_settings
from allauth.account.authentication import get_authentication_records
from django.db import DataError, IntegrityError, OperationalError
from django.utils.timezone import localdate

from opensti.domains.publications.queries import asking_once
from opensti.domains.registry.queries import actor_for
from opensti.kernel.access import PUBLIC
from opensti.kernel.refusals import Refusal, SudoNeeded
from opensti.kernel.unseen import without_unseen
from opensti.project.errors import (
    busy_page,
    refusal_page,
    twice_page,
    unkeepable_page,
)
from opensti.project.signin import ask_for_password

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.http import HttpRequest, HttpResponse

    Next = Callable[[HttpRequest], HttpResponse]


logger = structlog.get_logger(__name__)


def confirmed_lately(request: HttpRequest) -> bool:
    """Was the password (or second factor) confirmed again a short while ago?

    Read from the session alone; allauth's own question first asks the database thrice
    whether there is anything to confirm with, and here there always is a password.
    """
    again = [
        record
        for record in get_authentication_records(request, request.user)
        if record.get("reauthenticated")
    ]
    return bool(again) and (
        time.time() - again[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT
    )


class ActorMiddleware:
    """Set ``request.actor``: the person with the roles that hold today."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        request.actor = (  # type: ignore[attr-defined]
            actor_for(user=user, on=localdate(), sudo=confirmed_lately(request))
            if user.is_authenticated
            else PUBLIC
        )
        return self.get_response(request)


class SightMiddleware:
    """Ask once for a request which disclosure policy holds."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with asking_once():
            return self.get_response(request)


class RefusalMiddleware:
    """Turn a refusal raised anywhere into its page, its JSON, or a password prompt."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: object, _args: object, _kwargs: object
    ) -> HttpResponse | None:
        """Refuse the character that PostgreSQL keeps in no text; no form sends it.

        Letters that nobody sees are taken out of forms: what is public is kept as it is read.
        """
        if any("\x00" in text for text in _texts(request)):
            return unkeepable_page(request)
        _take_out_unseen(request)
        return None

    def process_exception(
        self, request: HttpRequest, error: Exception
    ) -> HttpResponse | None:
        if isinstance(error, SudoNeeded) and request.user.is_authenticated:
            return ask_for_password(request, error)
        if isinstance(error, Refusal):
            return refusal_page(request, error)
        if isinstance(error, OperationalError) and _is_busy(error):
            return busy_page(request)
        if isinstance(error, DataError | OverflowError | InvalidOperation):
            logger.warning("request.unkeepable", path=request.path, exc_info=error)
            return unkeepable_page(request)
        if isinstance(error, IntegrityError):
            logger.warning("request.twice", path=request.path, exc_info=error)
            return twice_page(request)
        return None


def _texts(request: HttpRequest) -> Iterator[str]:
    """Everything that was sent as text: the address, its query, the form."""
    yield request.path
    for sent in (request.GET, request.POST):
        for name, values in sent.lists():
            yield name
            yield from (value for value in values if isinstance(value, str))


def _take_out_unseen(request: HttpRequest) -> None:
    """Leave of what was typed what is seen; a password is what it is."""
    seen = {
        name: [without_unseen(value) for value in values]
        for name, values in request.POST.lists()
        if "password" not in name
    }
    if all(request.POST.getlist(name) == values for name, values in seen.items()):
        return
    form = request.POST.copy()
    for name, values in seen.items():
        form.setlist(name, values)
    form._mutable = False
    request.POST = form  # type: ignore[assignment]


def _is_busy(error: OperationalError) -> bool:
    """Locked (SQLite); a deadlock, a lock not had, a write that came between (PostgreSQL)."""
    state = getattr(error.__cause__, "sqlstate", None)
    return state in ("40P01", "40001", "55P03") or "locked" in str(error).lower()
