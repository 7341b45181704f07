"""What every frozen question has: an answer as canonical bytes, and units without one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from sti_methods.productivity.plain import Caution, canonical, digest_of

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Answer", "Asking", "Uncounted"]


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
