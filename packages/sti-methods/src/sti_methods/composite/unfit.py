"""A refusal of the analyses: a code, what it is about, and no words (pages have those)."""

from __future__ import annotations

__all__ = ["Unfit"]


class Unfit(ValueError):  # noqa: N818 -- a refusal of the input
    """What was given allows no answer: ``kind`` is the code, ``about`` its values.

    ``all``: this fault and those found with it, in the order in which they were found.
    """

    def __init__(self, kind: str, **about: str | float) -> None:
        said = ", ".join(f"{name} {value}" for name, value in about.items())
        super().__init__(f"{kind}: {said}" if said else kind)
        self.kind, self.about = kind, about
        self.all: tuple[Unfit, ...] = (self,)

    @classmethod
    def raise_all(cls, found: list[Unfit]) -> None:
        """Raise the first of the faults, with all of them at hand; nothing when empty."""
        if found:
            found[0].all = tuple(found)
            raise found[0]
