"""The least that any page of Django costs here: one view that says nothing."""

from __future__ import annotations

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

settings.configure(
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[],
    ALLOWED_HOSTS=["*"],
    SECRET_KEY="floor",  # noqa: S106 -- guards nothing
)


def nothing(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    return HttpResponse("")


urlpatterns = [path("", nothing)]
application = get_wsgi_application()
