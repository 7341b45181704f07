"""The words a member signs before reading, with their version and digest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import yaml
from django.conf import settings

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class UndertakingText:
    """The Vietnamese text is what is signed; the English one helps to read it."""

    version: str
    text_vi: str
    text_en: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(f"{self.version}\n{self.text_vi}".encode()).hexdigest()


def undertaking_text() -> UndertakingText:
    """The house's words of today (``procedures/documents/undertaking.yaml``)."""
    return _read(settings.OPENSTI_PROCEDURES_DIR / "documents" / "undertaking.yaml")


@lru_cache(maxsize=4)
def _read(path: Path) -> UndertakingText:
    words = yaml.safe_load(path.read_text(encoding="utf-8"))
    return UndertakingText(
        version=str(words["version"]),
        text_vi=words["text_vi"].strip(),
        text_en=words["text_en"].strip(),
    )
