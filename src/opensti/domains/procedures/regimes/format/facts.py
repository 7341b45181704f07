"""What every fact of a regime says: its two names, its article, how far it is verified."""

from __future__ import annotations

from dataclasses import dataclass

from opensti.domains.procedures.choices import (
    Mark,
)


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """Two languages; Vietnamese is the legal text."""

    label_vi: str
    label_en: str

    def label(self, lang: str = "vi") -> str:
        return self.label_en if lang.startswith("en") else self.label_vi


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Where it is written, and how far that was verified."""

    v: Mark
    src: str
    art: str
    note: str = ""

    @property
    def verified(self) -> bool:
        return self.v is Mark.V

    @property
    def basis(self) -> str:
        """The article in short, as the record keeps it: ``TT50 Art 13``.

        People read it through ``kernel.citations.cited``.
        """
        return f"{self.src} Art {self.art}" if self.art else self.src


@dataclass(frozen=True, kw_only=True)
class Source:
    """A text of law; the short names are those that citations are said with."""

    id: str
    title_vi: str
    title_en: str
    v: Mark
    where: str = ""
    short_vi: str = ""
    short_en: str = ""

    @property
    def names(self) -> tuple[str, str]:
        """How it is cited, in Vietnamese and in English."""
        return self.short_vi or self.title_vi, self.short_en or self.title_en


@dataclass(frozen=True, kw_only=True)
class Option(Labelled):
    id: str


@dataclass(frozen=True, kw_only=True)
class Switch(Fact):
    """A named gap: what is not known, the question, and the answer until it is.

    ``sets`` is the place in the regime file that the answer is written to.
    """

    id: str
    question_vi: str
    question_en: str
    unknown_vi: str
    unknown_en: str
    default: str
    options: tuple[Option, ...]
    sets: str = ""
