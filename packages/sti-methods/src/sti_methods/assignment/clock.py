"""A limit by the clock: it ends a search early, and says that it did."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import perf_counter

__all__ = ["Clock", "Undecided"]

# So near its end a clock counts as over: what stopped just before it was stopped by it.
NEAR = 0.05


class Undecided(Exception):  # noqa: N818 -- no error: the search knows neither yes nor no
    """The search ended before it knew whether an assignment exists."""


@dataclass(kw_only=True)
class Clock:
    """When to stop; without ``end`` never. ``reached`` once something was cut short."""

    end: float | None = None
    reached: bool = field(default=False, init=False)

    @classmethod
    def of(cls, seconds: float | None) -> Clock:
        """Return the clock that ends so many seconds from now."""
        return cls(end=None if seconds is None else perf_counter() + seconds)

    @property
    def left(self) -> float | None:
        """The seconds left, at least a little; None without an end."""
        return None if self.end is None else max(self.end - perf_counter(), NEAR)

    def over(self) -> bool:
        """Whether to stop: whoever asks does so, and the clock remembers it."""
        over = self.end is not None and perf_counter() >= self.end - NEAR
        self.reached |= over
        return over

    def half(self) -> Clock:
        """Return a clock that ends after half of what is left."""
        return Clock.of(None if self.left is None else self.left / 2)
