"""The door: accounts are opened by an administrator, never by a stranger."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from allauth.account.utils import get_next_redirect_url
from allauth.core.internal.httpkit import deserialize_request, serialize_request
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import resolve, reverse
from django.utils.http import urlencode
from django.utils.timezone import localdate, now
from django.utils.translation import gettext_lazy as _

from opensti.domains.accounts.actions import set_password
from opensti.domains.registry.queries import actor_for
from opensti.kernel.refusals import NotFound, StepNotAllowed
from opensti.project.attempts import admitted, mailbox_proved, remember_device
from opensti.project.errors import refusal_page, wants_json

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from opensti.domains.accounts.models import User
    from opensti.kernel.refusals import SudoNeeded


class ClosedDoor(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse a password that is tried too often (``attempts`` says by whom)."""
        login = credentials.get("email") or credentials.get("username") or ""
        self._login_failed_rl_usage = admitted(request, login)
        if self._login_failed_rl_usage is None:
            raise self.validation_error("too_many_login_attempts")

    def post_login(self, request: HttpRequest, user: User, **said: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **said)
        remember_device(request, response, user.email)
        return response

    def set_password(self, user: User, password: str) -> None:
        """Set the password that the person chose: every way there leads through here."""
        if not user.is_active:
            raise StepNotAllowed(_("The account is closed."))
        own = self.request.user.is_authenticated
        set_password(
            actor=actor_for(user=user, on=localdate(), sudo=False),
            password=password,
            by_link=not own,
            at=now(),
        )
        user.refresh_from_db(fields=["password"])
        if not own:
            mailbox_proved(self.request, user.email)


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
    if request.FILES:
        return _without_files(request)
    if request.method == "POST":
        request.session[STATE_SESSION_KEY] = {
            "callback": "opensti.project.signin.go_on",
            "state": serialize_request(request),
        }
    query = urlencode({"next": request.get_full_path()})
    return redirect(f"{reverse('account_reauthenticate')}?{query}")


def _without_files(request: HttpRequest) -> HttpResponse:
    """Lead back to the form: files outlast no question, and the act may rest on them."""
    messages.warning(
        request,
        _(
            "Files are not kept while the password is asked for: please send them again."
        ),
    )
    came = urlsplit(request.META.get("HTTP_REFERER", ""))
    form = came.path if came.netloc == request.get_host() else reverse("home")
    return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': form})}")


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
