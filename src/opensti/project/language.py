"""Choose the language of the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_safe

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language in the reader's browser, and go back to the page.

    Asked by GET and without a token: nothing is written in the house, and a page that
    holds a token could not be the same for all readers.
    """
    back = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        back = "/"
    response = HttpResponseRedirect(back)
    chosen = request.GET.get("language", "")
    if chosen in dict(settings.LANGUAGES) and check_for_language(chosen):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            secure=settings.OPENSTI_PRODUCTION,
            httponly=True,
            samesite="Lax",
        )
    response["Cache-Control"] = "no-store"
    return response
