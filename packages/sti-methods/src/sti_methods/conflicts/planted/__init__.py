"""Invented worlds whose ties are known, and what matching of printed words makes of them."""

from sti_methods.conflicts.planted.printed import by_profile, by_words
from sti_methods.conflicts.planted.world import World, plant

__all__ = ["World", "by_profile", "by_words", "plant"]
