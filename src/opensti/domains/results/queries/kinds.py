"""What is asked of a result by its kind: a table of data, not of code."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

import yaml
from django.conf import settings

from opensti.kernel.bilingual import pick

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class KindField:
    """One question of a kind of result."""

    id: str
    type: Literal["text", "url", "doi", "number"]
    label_vi: str
    label_en: str

    @property
    def label(self) -> str:
        return pick(self.label_vi, self.label_en)


def fields_of(kind: str) -> tuple[KindField, ...]:
    """The questions of a kind (``procedures/results/fields.yaml``), in their order."""
    return _read(settings.OPENSTI_PROCEDURES_DIR / "results" / "fields.yaml").get(
        kind, ()
    )


def said_of(kind: str, details: Mapping[str, Any]) -> list[tuple[KindField, Any]]:
    """What was answered, with its question; what was not is left out."""
    return [(f, details[f.id]) for f in fields_of(kind) if details.get(f.id)]


@lru_cache(maxsize=4)
def _read(path: Path) -> dict[str, tuple[KindField, ...]]:
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {
        kind: tuple(KindField(**entry) for entry in entries)
        for kind, entries in raw.items()
    }
