"""What a survey's wave is given as, what may be chosen, and what is told of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from sti_methods.reliability.sampling import TRIM
from sti_methods.survey.cleaning import Cleaning, Responses
from sti_methods.survey.comparing import SKEWED
from sti_methods.survey.gating import Gates
from sti_methods.survey.suppressing import LEAST, MOST_OF_WEIGHT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from sti_methods.survey.weighing import Design

    Table = NDArray[np.float64]
    Column = NDArray[np.float64]

Measure = Literal["clause", "item", "importance", "barrier"]
Axis = Literal["", "size", "sector"]


@dataclass(frozen=True, kw_only=True)
class Question:
    """An item of the questionnaire; ``weight`` above 0."""

    code: str
    clause: str
    weight: float = 1.0
    mandatory: bool = False


@dataclass(frozen=True, kw_only=True)
class Profile:
    economy: str
    size: str
    sector: str

    @property
    def stratum(self) -> str:
        """The stratum inside its economy."""
        return f"{self.size}/{self.sector}"


@dataclass(frozen=True, kw_only=True)
class Given:
    """A wave as it came, a row for each respondent; NaN where there is no answer.

    ``responses.values`` (respondents, items), 0 to 5, in the order of ``questions``;
    ``importance`` of the same shape, 1 to 5; ``barriers`` by name (respondents,), 1 to 5;
    ``results`` 0 to 1, ``knowledge`` how many patents or secrets, ``wish`` 0 or 1;
    ``profiles`` of each organisation; ``frame``: how many there are of each profile.
    """

    questions: Sequence[Question]
    responses: Responses
    role: Sequence[str]
    importance: Table
    barriers: Mapping[str, Column]
    results: Column
    knowledge: Column
    wish: Column
    profiles: Mapping[str, Profile]
    frame: Mapping[Profile, int]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All that is chosen; ``least`` and ``most``: of a cell that is told."""

    cleaning: Cleaning = field(default_factory=Cleaning)
    gates: Gates = field(default_factory=Gates)
    trim: float = TRIM
    runs: int = 2000
    seed: int = 0
    level: float = 0.95
    skewed: float = SKEWED
    least_answered: float = 2 / 3
    least: int = LEAST
    most: float = MOST_OF_WEIGHT


@dataclass(frozen=True, kw_only=True)
class Told:
    """One figure, or why it is kept back.

    ``kept_back``: empty, or ``few``, ``dominated``, ``protects`` (who might be seen), or
    ``items`` (the clause is not measured well enough). Then all else is None.
    """

    economy: str
    by: Axis
    group: str
    measure: Measure
    key: str
    kept_back: str
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    error: float | None = None
    units: int | None = None
    effective: float | None = None


@dataclass(frozen=True, kw_only=True)
class Economy:
    """Who answered in one economy, and what they stand for; ``weights`` by organisation."""

    name: str
    organisations: int
    respondents: int
    design: Design
    weights: Mapping[str, float]
