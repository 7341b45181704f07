"""What the tests of the look share."""

from __future__ import annotations

import copy
from types import ModuleType

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import include, path, set_urlconf
from django_cotton.compiler_regex import CottonCompiler

_addresses = ModuleType("addresses")
_addresses.urlpatterns = [
    path("i18n/", include("django.conf.urls.i18n")),
    path("ui/", include("opensti.ui.urls")),
]


@pytest.fixture(autouse=True)
def without_menu(settings):
    """The look knows no domain: its tests bring their own menu."""
    templates = copy.deepcopy(settings.TEMPLATES)
    options = templates[0]["OPTIONS"]
    options["context_processors"] = [
        name
        for name in options["context_processors"]
        if not name.startswith("opensti.")
    ]
    settings.TEMPLATES = templates
    settings.ROOT_URLCONF = _addresses
    set_urlconf(None)


@pytest.fixture
def addresses():
    """Return the addresses of these tests, to add some of one's own."""
    return _addresses


@pytest.fixture
def draw():
    """Draw a piece of template, components included."""

    def drawn(source, /, **context):
        context.setdefault("request", RequestFactory().get("/list/?q=a&page=2"))
        return (
            Template(CottonCompiler().process(source)).render(Context(context)).strip()
        )

    return drawn


@pytest.fixture
def content():
    """Read a streamed answer to its end and let go of its file."""

    def read(response):
        data = b"".join(response.streaming_content)
        for (
            close
        ) in response._resource_closers:  # the answer itself would close the database
            close()
        return data

    return read
