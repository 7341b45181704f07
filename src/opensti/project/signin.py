"""The door: accounts are opened by an administrator, never by a stranger."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from allauth.core.internal.httpkit import deserialize_request, serialize_request
from django.shortcuts import redirect
from django.urls import resolve, reverse
from django.utils.http import urlencode

from opensti.project.errors import refusal_page, wants_json

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from opensti.kernel.refusals import SudoNeeded


class ClosedDoor(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False


def ask_for_password(request: HttpRequest, refusal: SudoNeeded) -> HttpResponse:
    """Ask who is there once more; what was being sent is kept and goes on by itself."""
    if wants_json(request):
        return refusal_page(request, refusal)
    if request.method == "POST":
        request.session[STATE_SESSION_KEY] = {
            "callback": "opensti.project.signin.go_on",
            "state": serialize_request(request),
        }
    query = urlencode({"next": request.get_full_path()})
    return redirect(f"{reverse('account_reauthenticate')}?{query}")


def go_on(request: HttpRequest, kept: str) -> HttpResponse:
    """Send what was kept, now that the password was given."""
    request = deserialize_request(kept, request)
    request.actor = replace(request.actor, sudo=True)  # type: ignore[attr-defined]
    found = resolve(request.path_info)
    answer: HttpResponse = found.func(request, *found.args, **found.kwargs)
    return answer
