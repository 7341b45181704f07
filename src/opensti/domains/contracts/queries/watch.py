"""How contracts are watched: thresholds and steps of reminding, as data with reasons."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

WHO = frozenset({"host", "officer", "leader"})


@dataclass(frozen=True, kw_only=True)
class Limit:
    """One threshold with the reason for it, in both languages."""

    id: str
    value: Fraction
    label_vi: str
    label_en: str
    why_vi: str
    why_en: str

    def label(self, lang: str = "vi") -> str:
        return self.label_en if lang.startswith("en") else self.label_vi

    def why(self, lang: str = "vi") -> str:
        return self.why_en if lang.startswith("en") else self.why_vi


@dataclass(frozen=True, kw_only=True)
class Step:
    """Who is told so many days after the day due (before it where negative)."""

    id: str
    days: int
    to: tuple[str, ...]
    queue: bool
    why_vi: str
    why_en: str


@dataclass(frozen=True, kw_only=True)
class Watch:
    limits: tuple[Limit, ...]
    steps: tuple[Step, ...]

    def days(self, limit_id: str) -> int:
        return int(self.share(limit_id))

    def share(self, limit_id: str) -> Fraction:
        """The value of a threshold; an unknown one is a fault of the program."""
        return next(x.value for x in self.limits if x.id == limit_id)

    @property
    def escalated_after(self) -> int | None:
        """After how many days late a report stands in the leaders' list; none: never."""
        found = [s.days for s in self.steps if s.queue and "leader" in s.to]
        return min(found, default=None)


@lru_cache(maxsize=1)
def watch() -> Watch:
    """The thresholds (``procedures/watch/contracts.yaml``), read once; no query.

    A faulty file raises ``ValueError`` that names the entry.
    """
    path = Path(settings.OPENSTI_PROCEDURES_DIR) / "watch" / "contracts.yaml"
    return watch_from(yaml.safe_load(path.read_text(encoding="utf-8")))


def watch_from(raw: dict[str, Any]) -> Watch:
    """Make it of plain data, as the file states it."""
    limits = tuple(
        Limit(**{**entry, "value": Fraction(str(entry["value"]))})
        for entry in raw["limits"]
    )
    steps = tuple(Step(**{**entry, "to": tuple(entry["to"])}) for entry in raw["steps"])
    for limit in limits:
        if limit.value <= 0 or not limit.why_vi or not limit.why_en:
            raise ValueError(f"{limit.id}: a positive value and both reasons, please.")
    for step in steps:
        if not step.to or not set(step.to) <= WHO:
            raise ValueError(f"{step.id}: told to host, officer or leader only.")
    return Watch(limits=limits, steps=steps)
