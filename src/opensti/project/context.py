"""What the frame of every page needs: the menu this person may use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opensti.kernel.access import PUBLIC
from opensti.web.menu import menu_for

if TYPE_CHECKING:
    from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:
    actor = getattr(request, "actor", PUBLIC)
    return {"actor": actor, "nav": menu_for(actor, request.path)}
