"""Parts of a recipe read from plain data; every fault is kept with the path to it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from sti_methods.composite.unfit import Unfit

__all__ = ["Part"]


class Part:
    """One mapping of a recipe: each key may be asked once, the others are refused.

    ``found`` is shared by all parts of a recipe; ``path`` leads here from its top.
    """

    def __init__(
        self, said: Any, path: str, keys: Sequence[str], found: list[Unfit]
    ) -> None:
        self.path, self.found = path, found
        self.said: dict[str, Any] = {}
        if not isinstance(said, Mapping):
            self.fault("recipe_mapping", path or ".", keys=", ".join(keys))
            return
        for key, value in said.items():
            if key not in keys:
                near = get_close_matches(str(key), keys, n=1, cutoff=0.6)
                self.fault(
                    "recipe_key",
                    self.at(str(key)),
                    near=near[0] if near else "",
                    known=", ".join(keys),
                )
            elif value is None:
                self.fault("recipe_empty", self.at(str(key)))
            else:
                self.said[str(key)] = value

    def at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def fault(self, kind: str, path: str, **about: str | float) -> None:
        self.found.append(Unfit(kind, path=path, **about))

    def __contains__(self, key: str) -> bool:
        return key in self.said

    def choice(self, key: str, among: Sequence[str], default: str) -> str:
        """One of some words."""
        value = self.said.get(key, default)
        if value not in among:
            near = get_close_matches(str(value), among, n=1, cutoff=0.6)
            self.fault(
                "recipe_choice",
                self.at(key),
                value=str(value)[:40],
                near=near[0] if near else "",
                known=", ".join(among),
            )
            return default
        return str(value)

    def text(self, key: str, default: str = "") -> str:
        value = self.said.get(key, default)
        if isinstance(value, bool) or not isinstance(value, str | int):
            self.fault("recipe_text", self.at(key), value=str(value)[:40])
            return default
        return str(value).strip()

    def flag(self, key: str, default: bool) -> bool:  # noqa: FBT001
        value = self.said.get(key, default)
        if not isinstance(value, bool):
            self.fault("recipe_flag", self.at(key), value=str(value)[:40])
            return default
        return value

    def number(
        self,
        key: str,
        default: float,
        *,
        least: float = -math.inf,
        most: float = math.inf,
    ) -> float:
        return self._number(
            self.said.get(key, default), self.at(key), default, least, most
        )

    def whole(self, key: str, default: int, *, least: int = 0) -> int:
        value = self.number(key, default, least=least, most=1e6)
        if value != int(value):
            self.fault("recipe_whole", self.at(key), value=value)
            return default
        return int(value)

    def codes(self, key: str) -> tuple[str, ...]:
        """A list of codes, each once."""
        value = self.said.get(key, [])
        if not isinstance(value, Sequence) or isinstance(value, str):
            self.fault("recipe_list", self.at(key))
            return ()
        return tuple(dict.fromkeys(str(code) for code in value))

    def numbers(self, key: str, *, least: float = -math.inf) -> dict[str, float]:
        """Codes with a number each."""
        value = self.said.get(key, {})
        if not isinstance(value, Mapping):
            self.fault("recipe_mapping", self.at(key), keys="")
            return {}
        return {
            str(code): self._number(n, f"{self.at(key)}.{code}", 0.0, least, math.inf)
            for code, n in value.items()
        }

    def pairs(self, key: str) -> dict[str, tuple[float, float]]:
        """Codes with a lower and a higher number each."""
        value = self.said.get(key, {})
        if not isinstance(value, Mapping):
            self.fault("recipe_mapping", self.at(key), keys="")
            return {}
        found: dict[str, tuple[float, float]] = {}
        for code, ends in value.items():
            path = f"{self.at(key)}.{code}"
            if (
                not isinstance(ends, Sequence)
                or isinstance(ends, str)
                or len(ends) != 2  # noqa: PLR2004
            ):
                self.fault("recipe_pair", path)
                continue
            low, high = (self._number(n, path, 0.0, -math.inf, math.inf) for n in ends)
            if not low < high:
                self.fault("recipe_pair", path)
                continue
            found[str(code)] = (low, high)
        return found

    def _number(
        self, value: Any, path: str, default: float, least: float, most: float
    ) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.fault("recipe_number", path, value=str(value)[:40])
            return default
        number = float(value)
        if not least <= number <= most or not math.isfinite(number):
            self.fault(
                "recipe_range", path, value=str(value)[:40], least=least, most=most
            )
            return default
        return number
