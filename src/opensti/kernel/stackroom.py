"""Room on the interpreter's stack, so that no call begins where a piece of it ends.

CPython keeps the frames of a thread in pieces of 16 KiB, and hands a piece back to the
system as soon as it is empty. A loop that happens to call across the border of two asks
the system for memory and returns it at each turn: a sixth of a page's time, more or less
with every frame that is added below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")
# One frame so large that its piece of stack, a power of two, has 120 KiB left for others.
SLOTS = 17_000


def with_room(call: Callable[P, T]) -> Callable[P, T]:
    """The same call, from a frame behind which all that it calls finds room."""

    def roomy(*given: P.args, **said: P.kwargs) -> T:
        return call(*given, **said)

    roomy.__code__ = roomy.__code__.replace(co_stacksize=SLOTS)
    return roomy
