"""Which kinds of work exist, who does them, and what happens regularly.

A domain's ``jobs.py`` declares: ``@job("registry.import")`` a kind of work, and
``@every(seconds=3600, name="procedures.deadlines")`` a regular act.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opensti.kernel.access import Actor
    from opensti.kernel.jobs.work import Work

Do = Callable[["Work"], Mapping[str, Any] | None]
Act = Callable[[datetime], object]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of work: the function, and how often it is tried before it failed."""

    name: str
    do: Do
    tries: int


@dataclass(frozen=True, kw_only=True)
class Regular:
    """An act that is done regularly; ``act`` receives the time."""

    name: str
    interval: timedelta
    act: Act
    atomic: bool


_kinds: dict[str, Kind] = {}
_regulars: dict[str, Regular] = {}
_actor_sources: list[Callable[[int], Actor]] = []


def job(name: str, *, tries: int = 3) -> Callable[[Do], Do]:
    """Declare a kind of work.

    The function may be stopped at any moment and is then called again: it either
    repeats harmlessly or goes on from ``work.checkpoint``.
    """

    def declare(do: Do) -> Do:
        _kinds[name] = Kind(name=name, do=do, tries=tries)
        return do

    return declare


def every(*, seconds: int, name: str, atomic: bool = True) -> Callable[[Act], Act]:
    """Declare a regular act, done by one worker at most once in so many seconds.

    It is one transaction, unless it says that it sees to its own (``atomic=False``).
    """

    def declare(act: Act) -> Act:
        _regulars[name] = Regular(
            name=name, interval=timedelta(seconds=seconds), act=act, atomic=atomic
        )
        return act

    return declare


def kind(name: str) -> Kind:
    """Return a kind of work; an unknown one is a fault of the program (``KeyError``)."""
    return _kinds[name]


def regulars() -> list[Regular]:
    """Return every regular act, for the worker and the handbook."""
    return list(_regulars.values())


def actors_from(source: Callable[[int], Actor]) -> None:
    """Say how a user's id becomes an ``Actor`` with today's roles (accounts knows)."""
    _actor_sources[:] = [source]


def actor_of(user_id: int) -> Actor:
    """Return the actor a job works for, with the roles of now, not of the asking."""
    if not _actor_sources:
        raise LookupError("project/wiring.py has not said where actors come from.")
    return _actor_sources[0](user_id)
