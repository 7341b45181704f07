"""Forms, papers, publications and checklists."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from opensti.domains.procedures.choices import (
    Track,
)
from opensti.domains.procedures.regimes.format.facts import Fact, Labelled, Option
from opensti.domains.procedures.regimes.format.tables import Period


@dataclass(frozen=True, kw_only=True)
class ShowIf:
    field: str
    equals: str


FieldType = Literal[
    "text",
    "longtext",
    "number",
    "money",
    "table",
    "date",
    "person",
    "organisation",
    "file",
    "choice",
    "multichoice",
    "yesno",
]


@dataclass(frozen=True, kw_only=True)
class FormField(Labelled):
    id: str
    type: FieldType
    help_vi: str = ""
    help_en: str = ""
    required: bool = False
    max_length: int | None = None
    min: Decimal | None = None
    max: Decimal | None = None
    options: tuple[Option, ...] = ()
    columns: tuple[FormField, ...] = ()
    show_if: ShowIf | None = None

    def help(self, lang: str = "vi") -> str:
        return self.help_en if lang.startswith("en") else self.help_vi


@dataclass(frozen=True, kw_only=True)
class Section(Labelled):
    """``part`` says where the dossier's own editors (team, budget, files) belong."""

    id: str
    help_vi: str = ""
    help_en: str = ""
    part: Literal["fields", "team", "budget", "attachments"] = "fields"
    fields: tuple[FormField, ...] = ()
    show_if: ShowIf | None = None

    def help(self, lang: str = "vi") -> str:
        return self.help_en if lang.startswith("en") else self.help_vi


@dataclass(frozen=True, kw_only=True)
class Form(Fact):
    code: str
    title_vi: str
    title_en: str
    version: int
    track: Track
    task_types: tuple[str, ...] = ()
    sections: tuple[Section, ...]

    def title(self, lang: str = "vi") -> str:
        return self.title_en if lang.startswith("en") else self.title_vi

    def fields(self) -> tuple[FormField, ...]:
        return tuple(f for s in self.sections for f in s.fields)


@dataclass(frozen=True, kw_only=True)
class Paper(Fact):
    """An official form by its number; its inside may or may not be known."""

    code: str
    title_vi: str
    title_en: str = ""

    def title(self, lang: str = "vi") -> str:
        return (self.title_en if lang.startswith("en") else "") or self.title_vi


@dataclass(frozen=True, kw_only=True)
class SignedPaper(Fact):
    """A paper that a dossier holds, signed, when it is handed in; ``show_if``: only then."""

    code: str
    show_if: ShowIf | None = None


@dataclass(frozen=True, kw_only=True)
class Publication(Fact):
    id: str
    what_vi: str
    what_en: str
    where: tuple[str, ...] = ()
    within: Period | None = None
    starts_on: str = ""
    keep_days: int | None = None


@dataclass(frozen=True, kw_only=True)
class Check(Fact):
    """One line of the validity checklist; a bar excludes a host or a leader."""

    id: str
    text_vi: str
    text_en: str
    about: Literal["dossier", "host", "leader"]
    until_vi: str = ""
    until_en: str = ""

    def text(self, lang: str = "vi") -> str:
        return self.text_en if lang.startswith("en") else self.text_vi
