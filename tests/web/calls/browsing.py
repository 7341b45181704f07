"""What the tests of these pages ask of a browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.urls import reverse

if TYPE_CHECKING:
    from opensti.domains.calls.models import Dossier

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def url(name: str, *args: Any) -> str:
    return reverse(f"calls:{name}", args=args)


def body(response: Any) -> str:
    return response.content.decode()


def form_of(response: Any) -> dict[str, str]:
    """What a browser without JavaScript would send back for the main form."""
    html = body(response)
    names: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", html):
        name = re.search(r'name="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and 'type="radio"' not in tag and 'type="checkbox"' not in tag:
            names[name[1]] = value[1] if value else ""
    return names


def autosave(browser: Any, dossier: Dossier, section: str, **sent: Any) -> Any:
    return browser.post(
        url("dossier_autosave", dossier.public_id, section),
        sent,
        headers={"accept": "application/json"},
    )
