"""What every page receives: a request that knows who is asking."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django_htmx.middleware import HtmxDetails

    from opensti.kernel.access import Actor

    class Request(HttpRequest):
        actor: Actor
        htmx: HtmxDetails
