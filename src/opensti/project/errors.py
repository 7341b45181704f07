"""Pages for what went wrong: plain words, what to do next, nothing lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.defaults import page_not_found

from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    Problem,
    Refusal,
    Stale,
    StepNotAllowed,
)

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def wants_json(request: HttpRequest) -> bool:
    return (
        request.path.startswith("/api/")
        or request.headers.get("accept", "").split(",")[0] == "application/json"
    )


def refusal_page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Say what was refused, where, by which rule, and how to mend it.

    A stranger who asks for what needs an account is sent to sign in.
    """
    if wants_json(request):
        return JsonResponse(refusal.as_dict(), status=refusal.status)
    if not request.user.is_authenticated and (
        isinstance(refusal, AccessDenied)
        or (isinstance(refusal, NotFound) and request.path.startswith(reverse("home")))
    ):
        return _signed_out(request)
    return render(
        request,
        "ui/refused.html",
        {"refusal": refusal, "back_url": request.headers.get("referer", "")},
        status=refusal.status,
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere; to a program in its own words."""
    if wants_json(request):
        refusal = NotFound()
        return JsonResponse(refusal.as_dict(), status=refusal.status)
    return page_not_found(request, exception)


def _signed_out(request: HttpRequest) -> HttpResponse:
    """Send a reader to sign in; tell a sender how to keep what was typed."""
    if request.method in ("GET", "HEAD"):
        query = urlencode({"next": request.get_full_path()})
        return redirect(f"{reverse('account_login')}?{query}")
    refusal = AccessDenied(
        _("You are signed out; nothing was changed."),
        mend=_(
            "Sign in again in another tab, then come back here, go one page back and "
            "send the form again: what you typed is still there."
        ),
    )
    context = {
        "refusal": refusal,
        "back_url": f"{reverse('account_login')}?"
        + urlencode({"next": request.headers.get("referer", "")}),
    }
    return render(request, "ui/refused.html", context, status=401)


def busy_page(request: HttpRequest) -> HttpResponse:
    refusal = StepNotAllowed(
        _("The system is busy; nothing was changed."),
        mend=_("Wait a moment and try again."),
    )
    refusal.status = 503
    return refusal_page(request, refusal)


def unkeepable_page(request: HttpRequest) -> HttpResponse:
    """Answer what no form of ours sends: a zero character, a number beyond all bounds."""
    problem = Problem(
        field="",
        message=_("Something that was sent cannot be kept; nothing was changed."),
        mend=_(
            "Go back and look for very long texts, very large numbers and characters "
            "that were pasted from elsewhere."
        ),
    )
    return refusal_page(request, Invalid([problem]))


def twice_page(request: HttpRequest) -> HttpResponse:
    """Answer the slower of two who did the same at the same moment."""
    refusal = Stale(
        _(
            "The same was just done, by you or by somebody else; nothing was changed now."
        ),
        mend=_("Go back and reload the page: it shows how it stands."),
    )
    return refusal_page(request, refusal)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    refusal = AccessDenied(
        _("Your page was open too long, or your browser blocks cookies."),
        mend=_("Go back, reload the page and send it again; your text is kept there."),
    )
    if wants_json(request):
        return JsonResponse(refusal.as_dict(), status=403)
    return render(
        request,
        "ui/refused.html",
        {"refusal": refusal, "back_url": request.headers.get("referer", "")},
        status=403,
    )
