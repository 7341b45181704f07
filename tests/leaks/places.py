"""Every address of the house, from the resolver."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import get_resolver

from opensti.ui.lists import ListPage

if TYPE_CHECKING:
    from collections.abc import Iterator


# Pages of the public where somebody speaks in his own name.
ASKING = "opensti.portal.supervision."


@dataclass(frozen=True)
class Place:
    """One url pattern: its qualified name, its view, the names of its arguments."""

    name: str
    view: Any
    arguments: tuple[str, ...]

    @property
    def list_page(self) -> type[ListPage] | None:
        found = getattr(self.view, "view_class", None)
        return found if found and issubclass(found, ListPage) else None

    @property
    def asks_nobody(self) -> bool:
        """Whether its code cannot tell one reader from another (``test_leaks`` holds it)."""
        module = getattr(self.view, "view_class", self.view).__module__
        return module.startswith("opensti.portal.") and not module.startswith(ASKING)


def places() -> list[Place]:
    """Return every url pattern of the project, from the resolver."""
    return list(_walk(get_resolver().url_patterns, ()))


def _walk(patterns: Any, space: tuple[str, ...]) -> Iterator[Place]:
    for entry in patterns:
        if hasattr(entry, "url_patterns"):
            inner = (*space, entry.namespace) if entry.namespace else space
            yield from _walk(entry.url_patterns, inner)
        else:
            name = ":".join((*space, entry.name or str(entry.pattern)))
            names = tuple(sorted(entry.pattern.regex.groupindex))
            yield Place(name, entry.callback, names)
