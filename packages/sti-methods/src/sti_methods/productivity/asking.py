"""What every frozen question has: an answer as canonical bytes, and units without one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from sti_methods.productivity.plain import Caution, Faulty, canonical, digest_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

__all__ = ["Answer", "Asking", "Uncounted", "each_answered", "of_version"]


class Answer(Protocol):
    """What can be told as plain data."""

    def to_plain(self) -> dict[str, Any]: ...


@dataclass(frozen=True, kw_only=True)
class Uncounted:
    """A unit for which no number can be told, and why."""

    unit: str
    why: Caution

    def to_plain(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {"unit": self.unit, "why": self.why.to_plain()}


class _Unit(Protocol):
    @property
    def unit(self) -> str: ...


One = TypeVar("One", bound=_Unit)
Told = TypeVar("Told")


def each_answered(
    units: Iterable[One],
    ask: Callable[[One], Iterable[Told]],
    *,
    of_question: frozenset[str],
) -> tuple[tuple[Told, ...], tuple[Uncounted, ...]]:
    """The answers of each unit, and the units that have a fault of their own.

    Raises ``Faulty`` with a code ``of_question``: then no unit has an answer.
    """
    found: list[Told] = []
    left: list[Uncounted] = []
    for one in units:
        try:
            found += ask(one)
        except Faulty as fault:
            if fault.code in of_question:
                raise
            why = Caution(code=fault.code, values=fault.values)
            left.append(Uncounted(unit=one.unit, why=why))
    return tuple(found), tuple(left)


def of_version(told: Mapping[str, Any], *, method: str, version: str) -> Any:
    """The parameters of a question as it was told. Raises ``Faulty`` ``version`` for another's."""
    if (told["method"], told["version"]) != (method, version):
        raise Faulty("version", method=told["method"], version=told["version"])
    return told["parameters"]


class Asking(ABC):
    """A question about many units, frozen so that it can be asked again to the byte."""

    method: str
    version: str

    @abstractmethod
    def solve(self) -> tuple[Sequence[Answer], tuple[Uncounted, ...]]:
        """The answers, and the units without one, in the order of the units."""

    @abstractmethod
    def to_plain(self) -> dict[str, Any]:
        """Plain data for JSON: method, version, parameters, inputs."""

    def answer(self) -> bytes:
        """The whole answer as canonical bytes: the same question, the same bytes."""
        found, left = self.solve()
        return canonical(
            {
                "question": self.digest,
                "method": self.method,
                "version": self.version,
                "answers": [one.to_plain() for one in found],
                "uncounted": [one.to_plain() for one in left],
            }
        )

    @property
    def digest(self) -> str:
        """SHA-256 of the frozen question."""
        return digest_of(self.to_plain())
