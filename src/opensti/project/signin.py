"""The door: accounts are opened by an administrator, never by a stranger."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from allauth.account.utils import get_next_redirect_url
from allauth.core.internal.httpkit import deserialize_request, serialize_request
from django.shortcuts import redirect
from django.urls import resolve, reverse
from django.utils.http import urlencode

from opensti.kernel.refusals import NotFound
from opensti.project.errors import refusal_page, wants_json

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from opensti.kernel.refusals import SudoNeeded


class ClosedDoor(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False


def address_is_given(_request: HttpRequest) -> HttpResponse:
    """Refuse the library's page on which people change their e-mail address.

    It takes any address unproved and writes no entry; letters, invitations and new
    passwords go where the address says. It is given when the account is opened.
    """
    raise NotFound


def ask_for_password(request: HttpRequest, refusal: SudoNeeded) -> HttpResponse:
    """Ask who is there once more; what was being sent is kept and goes on by itself."""
    if wants_json(request):
        return refusal_page(request, refusal)
    request.session.pop(STATE_SESSION_KEY, None)
    if request.method == "POST":
        request.session[STATE_SESSION_KEY] = {
            "callback": "opensti.project.signin.go_on",
            "state": serialize_request(request),
        }
    query = urlencode({"next": request.get_full_path()})
    return redirect(f"{reverse('account_reauthenticate')}?{query}")


def go_on(request: HttpRequest, kept: str) -> HttpResponse:
    """Send what was kept, now that the password was given for it.

    Someone who turned back then and confirms for another page later has not confirmed
    this act: it is dropped.
    """
    url = get_next_redirect_url(request)
    request = deserialize_request(kept, request)
    if url != request.get_full_path():
        return redirect(url or "home")
    request.actor = replace(request.actor, sudo=True)  # type: ignore[attr-defined]
    found = resolve(request.path_info)
    answer: HttpResponse = found.func(request, *found.args, **found.kwargs)
    return answer
