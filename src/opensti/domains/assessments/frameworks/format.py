"""What a file of a framework may say; ``reading`` checks files against these classes."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from opensti.kernel.bilingual import pick

ANCHORS = 6
HIGHEST = 5


@dataclass(frozen=True, kw_only=True)
class Head:
    """Which framework this is. ``extends``: the code of the one that it is a module of.

    ``aligned``: standards whose clause numbers it follows; ``buy``: where they are sold.
    """

    code: str
    edition: str
    title_vi: str
    title_en: str
    extends: str = ""
    aligned: tuple[str, ...] = ()
    buy: str = ""
    buy_vi: str = ""

    @property
    def title(self) -> str:
        return pick(self.title_vi, self.title_en)


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step of the scale in words."""

    level: int
    vi: str
    en: str

    def __str__(self) -> str:
        return pick(self.vi, self.en)


@dataclass(frozen=True, kw_only=True)
class Clause:
    """A chapter of questions; ``weight`` counts in the whole (above 0)."""

    number: str
    vi: str
    en: str
    about_vi: str = ""
    about_en: str = ""
    weight: Decimal = Decimal(1)

    def __str__(self) -> str:
        return pick(self.vi, self.en)

    @property
    def about(self) -> str:
        return pick(self.about_vi, self.about_en)


@dataclass(frozen=True, kw_only=True)
class RespondentRole:
    code: str
    vi: str
    en: str

    def __str__(self) -> str:
        return pick(self.vi, self.en)


@dataclass(frozen=True, kw_only=True)
class Anchor:
    """What is there to be seen at one step of the scale."""

    vi: str
    en: str

    def __str__(self) -> str:
        return pick(self.vi, self.en)


@dataclass(frozen=True, kw_only=True)
class Item:
    """A question, with what is to be seen at each step from 0 to 5.

    ``ref``: the clause number of a standard; ``family``: a standard on this subject alone.
    """

    code: str
    clause: str
    role: str
    vi: str
    en: str
    anchors: tuple[Anchor, ...]
    short: bool = False
    mandatory: bool = False
    weight: Decimal = Decimal(1)
    ref: str = ""
    family: str = ""
    evidence_vi: str = ""
    evidence_en: str = ""

    def __str__(self) -> str:
        return pick(self.vi, self.en)

    @property
    def evidence(self) -> str:
        return pick(self.evidence_vi, self.evidence_en)


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """From which figures on scores count; what is not said is the house's choice.

    ``claim`` to ``checked``: the score that each strength of evidence carries at most.
    """

    claim: Decimal = Decimal(2)
    document: Decimal = Decimal(3)
    records: Decimal = Decimal(4)
    checked: Decimal = Decimal(5)
    least_answered: Fraction = Fraction(2, 3)
    reached: Decimal = Decimal("0.8")
    behind: Decimal = Decimal(1)
    conforms: Decimal = Decimal(3)


@dataclass(frozen=True, kw_only=True)
class Framework:
    """One file. A module has no scale and no thresholds of its own: those of its base."""

    framework: Head
    clauses: tuple[Clause, ...]
    items: tuple[Item, ...]
    scale: tuple[Step, ...] = ()
    roles: tuple[RespondentRole, ...] = ()
    thresholds: Thresholds | None = None

    @property
    def code(self) -> str:
        return self.framework.code

    @property
    def is_module(self) -> bool:
        return bool(self.framework.extends)

    def item(self, code: str) -> Item | None:
        return next((item for item in self.items if item.code == code), None)
