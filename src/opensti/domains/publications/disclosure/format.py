"""A disclosure policy: for each field of each kind, to whom, after how long, in which form.

What no rule names is withheld.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from opensti.domains.procedures.choices import Mark  # noqa: TC001 -- read at run time
from opensti.domains.procedures.regimes.format.facts import (
    Source,  # noqa: TC001 -- the same
)
from opensti.domains.publications.disclosure.words import Audience, Form
from opensti.kernel.bilingual import pick
from opensti.kernel.citations import cited


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One field of one kind for one audience, with what it rests on.

    ``delay_days`` count from the day since when the field may be public at all (its
    catalogue says which day that is).
    """

    kind: str
    field: str
    audience: Audience
    delay_days: int
    form: Form
    basis_vi: str
    basis_en: str
    src: str
    art: str
    v: Mark

    @property
    def basis(self) -> str:
        """The legal basis in the reader's language."""
        return pick(self.basis_vi, self.basis_en)

    @property
    def article(self) -> str:
        """The article in short, as the record keeps it."""
        return f"{self.src} Art {self.art}" if self.art else self.src

    @property
    def terms(self) -> tuple[Audience, int, Form]:
        """What it grants, without its grounds."""
        return self.audience, self.delay_days, self.form


@dataclass(frozen=True, kw_only=True)
class Line:
    """Fields of one kind under the same terms, as a file writes them in one line."""

    kind: str
    fields: tuple[str, ...]
    form: Form
    basis_vi: str
    basis_en: str
    src: str
    v: Mark
    art: str = ""
    audience: Audience = Audience.PUBLIC
    delay_days: int = 0


@dataclass(frozen=True, kw_only=True)
class PolicyFile:
    """A policy as its file states it."""

    id: str
    title_vi: str
    title_en: str
    sources: tuple[Source, ...]
    rules: tuple[Line, ...]
    note_vi: str = ""
    note_en: str = ""


@dataclass(frozen=True, kw_only=True)
class Policy:
    """A policy with one rule for each field and audience; ``digest`` names its content."""

    id: str
    title_vi: str
    title_en: str
    note_vi: str
    note_en: str
    sources: tuple[Source, ...]
    rules: tuple[Rule, ...]
    digest: str
    by_place: dict[tuple[str, str, Audience], Rule] = field(
        default_factory=dict, compare=False, repr=False, hash=False
    )

    @property
    def title(self) -> str:
        return pick(self.title_vi, self.title_en)

    @property
    def note(self) -> str:
        return pick(self.note_vi, self.note_en)

    @cached_property
    def names(self) -> dict[str, tuple[str, str]]:
        """How each source is cited."""
        return {source.id: source.names for source in self.sources}

    def rule(self, kind: str, field: str, audience: Audience) -> Rule | None:
        """The rule for an audience: its own, else that of the next wider circle."""
        for circle in audience.circles:
            if found := self.by_place.get((kind, field, circle)):
                return found
        return None

    def cited(self, rule: Rule) -> str:
        """The article of a rule in words, in the reader's language."""
        return cited(rule.article, names=self.names)
