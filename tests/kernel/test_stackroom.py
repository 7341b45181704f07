"""Calls that do not ask the system for memory at every turn."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from resource import RUSAGE_SELF, getrusage

from opensti.kernel.stackroom import with_room

TURNS = 300


def _nothing():
    pass


def _turn(depth):
    """Call from so deep, again and again; the pages of memory that it took."""
    if depth:
        return _turn(depth - 1)
    before = getrusage(RUSAGE_SELF).ru_minflt
    for _ in range(TURNS):
        list(map(_call, (0,)))
    return getrusage(RUSAGE_SELF).ru_minflt - before


def _call(_):
    _nothing()


def _worst():
    return max(_turn(depth) for depth in range(300))


def test_no_depth_at_which_every_call_takes_memory_anew():
    # In a thread, which begins with a stack of its own: this one has room already.
    with ThreadPoolExecutor(1) as thread:
        bare, roomy = (
            thread.submit(call).result() for call in (_worst, with_room(_worst))
        )
    assert (bare >= TURNS, roomy >= TURNS) == (True, False)


def test_it_gives_and_returns_what_the_call_does():
    assert with_room(divmod)(7, 2) == (3, 1)
    assert with_room(dict)([("a", 1)], b=2) == {"a": 1, "b": 2}
