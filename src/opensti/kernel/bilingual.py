"""Data that people read in both languages: one name in code, two columns in the table.

Vietnamese is the legal text; a missing translation falls back to the other language
rather than to an empty cell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, overload

from django.utils.translation import get_language

if TYPE_CHECKING:
    from collections.abc import Mapping


def pick(vi: str, en: str, *, language: str | None = None) -> str:
    """Return the text in the active (or given) language, else the other one."""
    if (language or get_language() or "vi").startswith("en"):
        return en or vi
    return vi or en


# Letters that hardly another language of Latin script has, composed or not.
_VIETNAMESE = re.compile("[ơưƠƯẠ-ỹ]|[aeiouyAEIOUYâêôÂÊÔ][\u0309\u0323]")
# These Romanian, Croatian and Serbian have too; the others they have and Vietnamese not.
_SHARED = re.compile("[ăđĂĐ]")
_FOREIGN = re.compile("[îșțşţćčšžÎȘȚŞŢĆČŠŽ]")


def written_in(text: str) -> str:
    """Return ``vi`` for a text with Vietnamese letters, else ``en``.

    For ``lang`` on pages, and for archived works that say no language. A short text
    without such letters is taken for English.
    """
    shared = _SHARED.search(text) and not _FOREIGN.search(text)
    return "vi" if shared or _VIETNAMESE.search(text) else "en"


class Pair:
    """``name = Pair("name")`` on a model reads ``name_vi`` or ``name_en``.

    The attribute is read-only: actions write the two columns themselves.
    """

    def __init__(self, name: str) -> None:
        self.vi, self.en = f"{name}_vi", f"{name}_en"

    @overload
    def __get__(self, thing: None, owner: type) -> Self: ...
    @overload
    def __get__(self, thing: object, owner: type) -> str: ...
    def __get__(self, thing: object | None, owner: type) -> Self | str:
        if thing is None:
            return self
        return pick(getattr(thing, self.vi) or "", getattr(thing, self.en) or "")

    def __set__(self, thing: object, value: Any) -> None:
        raise AttributeError(f"Set {self.vi} and {self.en}, not the pair.")


@dataclass(frozen=True)
class Words:
    """A text in both languages held as data (labels of regimes and forms)."""

    vi: str = ""
    en: str = ""

    @classmethod
    def of(cls, raw: str | Mapping[str, str] | None) -> Words:
        """Return the words of a YAML or JSON entry: a mapping, one text, or nothing."""
        if raw is None:
            return cls()
        if isinstance(raw, str):
            return cls(raw, "")
        return cls(raw.get("vi", ""), raw.get("en", ""))

    @classmethod
    def titled(cls, thing: Any) -> Words:
        """The title of a thing that is kept in both languages."""
        return cls(thing.title_vi or "", thing.title_en or "")

    def __str__(self) -> str:
        return pick(self.vi, self.en)

    def __bool__(self) -> bool:
        return bool(self.vi or self.en)

    def as_dict(self) -> dict[str, str]:
        return {"vi": self.vi, "en": self.en}
