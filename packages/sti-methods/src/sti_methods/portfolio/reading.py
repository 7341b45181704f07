"""Plain data read part by part; every fault is kept with the path to it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from sti_methods.portfolio.problem import LARGEST, Faulty

__all__ = ["Path", "Reader"]

Path = tuple[str | int, ...]


class Reader:
    """Reads mappings, lists, texts and numbers; ``stop`` refuses what was found wrong."""

    def __init__(self) -> None:
        self.faults: list[Faulty] = []

    def fault(self, kind: str, *about: str, path: Path) -> None:
        self.faults.append(Faulty(kind, *about, path=path))

    def stop(self) -> None:
        """Raise the first fault, which knows all others."""
        if self.faults:
            first = self.faults[0]
            first.all = tuple(self.faults)
            raise first

    def mapping(
        self, said: Any, path: Path, keys: Sequence[str] = ()
    ) -> dict[str, Any]:
        """Names with values; None is none of them. Other ``keys`` are faults."""
        if said is None:
            return {}
        if not isinstance(said, Mapping):
            self.fault("mapping", path=path)
            return {}
        found: dict[str, Any] = {}
        for key, value in said.items():
            name = str(key)
            if keys and name not in keys:
                self.fault("unknown_key", name, *keys, path=(*path, name))
            else:
                found[name] = value
        return found

    def items(self, said: Any, path: Path) -> list[tuple[Path, Any]]:
        """The entries of a list with the path to each."""
        if said is None:
            return []
        if not isinstance(said, Sequence) or isinstance(said, str | bytes):
            self.fault("list", path=path)
            return []
        return [((*path, place), entry) for place, entry in enumerate(said)]

    def text(self, said: Any, path: Path) -> str | None:
        """A text that is not empty; a whole number is one too."""
        whole = isinstance(said, int) and not isinstance(said, bool)
        if whole or (isinstance(said, str) and said.strip()):
            return str(said).strip()
        self.fault("text", path=path)
        return None

    def number(
        self,
        said: Any,
        path: Path,
        *,
        least: float | None = None,
        most: float | None = None,
    ) -> float | None:
        """A finite number between the ends."""
        value = math.nan
        if isinstance(said, int | float) and not isinstance(said, bool):
            value = float(said) if abs(said) <= LARGEST else math.inf
        elif isinstance(said, str) and said.isascii() and "_" not in said:
            try:
                value = float(said)
            except ValueError:
                value = math.nan
        if not abs(value) <= LARGEST:
            self.fault("number", _shown(said), path=path)
            return None
        if most is not None and not (least or 0.0) <= value <= most:
            self.fault("share", _shown(said), path=path)
            return None
        if least is not None and value < least:
            self.fault("negative", _shown(said), path=path)
            return None
        return value

    def count(self, said: Any, path: Path) -> int | None:
        """A whole number from 0 on; None stays None."""
        if said is None:
            return None
        value = self.number(said, path, least=0.0)
        if value is not None and value != int(value):
            self.fault("whole", _shown(said), path=path)
            return None
        return None if value is None else int(value)


def _shown(said: Any) -> str:
    return str(said)[:40]
