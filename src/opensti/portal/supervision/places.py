"""Where public things have their pages, by the kind in their address."""

from __future__ import annotations

from django.urls import reverse

PAGES = {
    **{
        kind: f"portal:{kind}"
        for kind in (
            *("order", "call", "decision", "task", "contract", "council", "result"),
            *("offer", "plan", "goal", "indicator", "organisation", "person"),
            *("event", "honour"),
        )
    },
    "news": "portal:news_item",
}


def page_of(kind: str, public_id: str) -> str:
    """The page of a public thing; empty where its kind has none."""
    name = PAGES.get(kind)
    return reverse(name, args=[public_id]) if name and public_id else ""
