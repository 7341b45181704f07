"""Everything that happens by itself, on one page."""

from __future__ import annotations


def wire() -> None:
    """Join what lower domains tell with what higher ones do about it."""
