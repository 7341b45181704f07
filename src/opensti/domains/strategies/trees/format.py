"""What a file of a plan or of indicator cards says, word by word.

The classes are the description of the format: ``reading`` finds unknown keys, missing
keys and wrong kinds of value from their annotations. ``art`` is the place in the act,
``src`` the text it was read in, ``v`` how far it was verified (``procedures.choices.Mark``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from opensti.domains.procedures.choices import Mark
from opensti.domains.strategies.choices import (
    AccountPart,
    ActionKind,
    Aggregation,
    Comparator,
    Direction,
    GoalKind,
    IndicatorKind,
    LabourUnit,
    Level,
    Measure,
    MoneySource,
    Part,
    Path,
    PlanKind,
    PriceBasis,
    Quality,
    Rhythm,
    Scope,
)


@dataclass(frozen=True, kw_only=True)
class Said:
    """Where it is said, and how far that was verified."""

    v: Mark
    src: str
    art: str = ""


@dataclass(frozen=True, kw_only=True)
class CardTree:
    """What exactly is measured; two scopes or price bases are two cards."""

    code: str
    name_vi: str
    name_en: str
    definition_vi: str
    definition_en: str
    formula: str = ""
    unit_vi: str
    unit_en: str
    level: Level
    direction: Direction
    kind: IndicatorKind
    scope: Scope
    price_basis: PriceBasis = PriceBasis.NONE
    labour_unit: LabourUnit = LabourUnit.NONE
    account_part: AccountPart | None = None
    averaging: str = ""
    aggregation: Aggregation
    cumulative: bool = False
    path: Path = Path.LINEAR
    decimals: int = 1
    rhythm: Rhythm = Rhythm.YEAR
    lag_months: int = 0
    source_vi: str = ""
    source_en: str = ""
    quality: Quality = Quality.C
    owner: str = ""


@dataclass(frozen=True, kw_only=True)
class CardsFile:
    cards: tuple[CardTree, ...]


@dataclass(frozen=True, kw_only=True)
class TargetTree(Said):
    """What the act wants of a card; the numbers are in the unit that ``measure`` names."""

    card: str
    measure: Measure = Measure.LEVEL
    comparator: Comparator
    value: Decimal
    high: Decimal | None = None
    tolerance: Decimal | None = None
    from_year: int | None = None
    to_year: int
    base_year: int | None = None
    base_value: Decimal | None = None
    text_vi: str
    text_en: str = ""


@dataclass(frozen=True, kw_only=True)
class AssignmentTree:
    agency: str
    part: Part
    rhythm: Rhythm | None = None
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class MilestoneTree:
    name_vi: str
    name_en: str = ""
    due_on: date


@dataclass(frozen=True, kw_only=True)
class RiskTree:
    text: str
    likelihood: int
    impact: int
    response: str = ""


@dataclass(frozen=True, kw_only=True)
class BudgetTree:
    """Money of an action in a year from a source; whole đồng."""

    year: int
    source: MoneySource
    planned: Decimal
    price_year: int | None = None
    art: str = ""


@dataclass(frozen=True, kw_only=True)
class EnvelopeTree:
    """The most a plan may spend from a source, in a year or in all; whole đồng."""

    year: int | None = None
    source: MoneySource
    amount: Decimal
    art: str = ""


@dataclass(frozen=True, kw_only=True)
class ActionTree(Said):
    code: str
    kind: ActionKind
    text_vi: str
    text_en: str = ""
    deliverable_vi: str = ""
    deliverable_en: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    depends_on: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    assignments: tuple[AssignmentTree, ...] = ()
    milestones: tuple[MilestoneTree, ...] = ()
    risks: tuple[RiskTree, ...] = ()
    budget: tuple[BudgetTree, ...] = ()


@dataclass(frozen=True, kw_only=True)
class GoalTree(Said):
    """A goal, a solution group or a line of strategy, with what stands below it."""

    code: str
    kind: GoalKind
    text_vi: str
    text_en: str = ""
    owner: str = ""
    condition: str = ""
    outcome: str = ""
    reason: str = ""
    risk: str = ""
    goals: tuple[GoalTree, ...] = ()
    targets: tuple[TargetTree, ...] = ()
    actions: tuple[ActionTree, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PlanTree:
    """A plan as an act states it; without ``act_number`` it is a draft.

    ``issued_v`` is the mark of the day on which the act was issued; ``in_force`` says
    that it is carried out.
    """

    code: str
    kind: PlanKind
    title_vi: str
    title_en: str = ""
    summary_vi: str = ""
    summary_en: str = ""
    issuer_vi: str = ""
    issuer_en: str = ""
    act_number: str = ""
    issued_on: date | None = None
    issued_v: Mark | None = None
    in_force: bool = False
    starts_on: date
    ends_on: date
    parent: str = ""
    v: Mark
    src: str
    goals: tuple[GoalTree, ...] = ()
    envelopes: tuple[EnvelopeTree, ...] = ()
