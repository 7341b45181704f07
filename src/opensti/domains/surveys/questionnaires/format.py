"""What a file of a questionnaire may say; ``reading`` checks files against these classes."""

from __future__ import annotations

from dataclasses import dataclass

from opensti.kernel.bilingual import pick

# From, to; whole numbers alone. ``score`` and ``weight`` are the two scales of an item.
KINDS: dict[str, tuple[int, int]] = {
    "score": (0, 5),
    "weight": (1, 5),
    "five": (1, 5),
    "yes": (0, 1),
    "percent": (0, 100),
    "count": (0, 1_000_000),
}
BARRIER = "barrier_"


@dataclass(frozen=True, kw_only=True)
class Head:
    """``framework``: the code of the framework whose items it asks; ``minutes``: about."""

    code: str
    edition: str
    framework: str
    title_vi: str
    title_en: str
    recommendations: str = ""
    minutes: int = 25

    @property
    def title(self) -> str:
        return pick(self.title_vi, self.title_en)


@dataclass(frozen=True, kw_only=True)
class Words:
    vi: str
    en: str

    def __str__(self) -> str:
        return pick(self.vi, self.en)


@dataclass(frozen=True, kw_only=True)
class Asking:
    """A question beside the items; ``code`` is its column, ``kind`` one of ``KINDS``."""

    code: str
    kind: str
    vi: str
    en: str

    def __str__(self) -> str:
        return pick(self.vi, self.en)

    @property
    def figure(self) -> str:
        """Under which name a five-point question is told."""
        return self.code.removeprefix(BARRIER)


@dataclass(frozen=True, kw_only=True)
class Section:
    """A page of questions; ``low`` and ``high`` are the ends of five-point ones."""

    code: str
    vi: str
    en: str
    questions: tuple[Asking, ...]
    about_vi: str = ""
    about_en: str = ""
    low_vi: str = ""
    low_en: str = ""
    high_vi: str = ""
    high_en: str = ""

    def __str__(self) -> str:
        return pick(self.vi, self.en)

    @property
    def about(self) -> str:
        return pick(self.about_vi, self.about_en)

    @property
    def low(self) -> str:
        return pick(self.low_vi, self.low_en)

    @property
    def high(self) -> str:
        return pick(self.high_vi, self.high_en)


@dataclass(frozen=True, kw_only=True)
class Questionnaire:
    """One file: what is asked beside the items of a framework."""

    survey: Head
    consent: Words
    sections: tuple[Section, ...] = ()

    @property
    def questions(self) -> tuple[Asking, ...]:
        return tuple(one for section in self.sections for one in section.questions)
