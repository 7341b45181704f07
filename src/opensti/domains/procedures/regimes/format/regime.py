"""One procedure, whole."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

from opensti.domains.procedures.choices import (
    Act,
    TaskKind,
    Track,
)
from opensti.domains.procedures.regimes.format.aftermath import AftermathRules
from opensti.domains.procedures.regimes.format.councils import (
    ConflictRule,
    CouncilRule,
    RatingRule,
    ScoreSheet,
)
from opensti.domains.procedures.regimes.format.execution import ExecutionRules
from opensti.domains.procedures.regimes.format.facts import (
    Fact,
    Labelled,
    Source,
    Switch,
)
from opensti.domains.procedures.regimes.format.forms import (
    Check,
    Form,
    Paper,
    Publication,
    SignedPaper,
)
from opensti.domains.procedures.regimes.format.tables import (
    ActorKind,
    AdviceRule,
    ApprovalRule,
    Deadline,
    TaskType,
    TrackTable,
    TransitionRule,
)
from opensti.kernel.access import Role

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, kw_only=True)
class StageTime:
    """An assumption for the simulation: working days of work, least, likely, most."""

    track: Track
    stage: str
    least: Decimal
    likely: Decimal
    most: Decimal
    meets_every: int = 0


@dataclass(frozen=True, kw_only=True)
class StepChance:
    """How often, of a hundred cases in the stage, this act is taken."""

    track: Track
    stage: str
    act: Act
    percent: Decimal


@dataclass(frozen=True, kw_only=True)
class Workload:
    """How many cases a role handles at one time, and how many arrive in a year."""

    role: Role
    servers: int


@dataclass(frozen=True, kw_only=True)
class Assumptions:
    """Not law: what the simulation takes for granted until the office measures it."""

    cases_per_year: int = 60
    stages: tuple[StageTime, ...] = ()
    chances: tuple[StepChance, ...] = ()
    workloads: tuple[Workload, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Regime(Labelled):
    """One procedure, whole."""

    id: str
    since: date
    until: date | None = None
    parent: str = ""
    fallback: str = ""
    src: str
    kinds: tuple[TaskKind, ...]
    summary_vi: str = ""
    summary_en: str = ""
    sources: tuple[Source, ...]
    switches: tuple[Switch, ...] = ()
    transition_rules: tuple[TransitionRule, ...]
    actors: tuple[ActorKind, ...]
    task_types: tuple[TaskType, ...] = ()
    need: TrackTable
    order: TrackTable
    dossier: TrackTable
    contract: TrackTable | None = None
    acceptance: TrackTable | None = None
    execution: ExecutionRules | None = None
    aftermath: AftermathRules | None = None
    approvals: ApprovalRule | None = None
    advice: AdviceRule | None = None
    deadlines: tuple[Deadline, ...] = ()
    stand_in_deadlines: bool = False
    council_rules: tuple[CouncilRule, ...] = ()
    conflict_rules: tuple[ConflictRule, ...] = ()
    score_sheets: tuple[ScoreSheet, ...] = ()
    rating_rules: tuple[RatingRule, ...] = ()
    forms: tuple[Form, ...]
    papers: tuple[Paper, ...] = ()
    signed_papers: tuple[SignedPaper, ...] = ()
    publications: tuple[Publication, ...] = ()
    bars: tuple[Check, ...] = ()
    checks: tuple[Check, ...] = ()
    assumptions: Assumptions = field(default_factory=Assumptions)

    def track(self, track: str) -> TrackTable:
        table: TrackTable = getattr(self, Track(track).value)
        return table

    def tracks(self) -> tuple[Track, ...]:
        """The tracks it has a table of; versions frozen earlier end with the decision."""
        return tuple(t for t in Track if getattr(self, t.value) is not None)

    def council_rule(self, rule_id: str) -> CouncilRule:
        return next(r for r in self.council_rules if r.id == rule_id)

    def council_for(self, track: str, team: str = "council") -> CouncilRule | None:
        """The first council (or cost team) that works on a track."""
        return next(
            (r for r in self.council_rules if r.track == track and r.team == team), None
        )

    def score_sheet(self, sheet_id: str) -> ScoreSheet:
        return next(s for s in self.score_sheets if s.id == sheet_id)

    def sheet_for(self, rule: CouncilRule, task_type: str = "") -> ScoreSheet | None:
        """The sheet a council fills in for a type of task; none when it only votes.

        A council that scores needs a sheet, so one of its own is taken for a type that
        none names. One that votes on items does without: a sheet for other tasks would
        ask what the text does not.
        """
        if rule.ballot is None or rule.ballot.kind == "vote":
            return None
        sheets = [self.score_sheet(s) for s in rule.ballot.sheets]
        fitting = [s for s in sheets if task_type in s.task_types]
        usual = sheets if rule.ballot.kind == "score" else []
        return next(iter(fitting or usual), None)

    def rating_rule(self, rule_id: str) -> RatingRule:
        return next(r for r in self.rating_rules if r.id == rule_id)

    def form(self, code: str) -> Form:
        return next(f for f in self.forms if f.code == code)

    def form_for(self, track: str, task_type: str = "") -> Form:
        forms = [f for f in self.forms if f.track == track]
        fitting = [f for f in forms if task_type and task_type in f.task_types]
        return (fitting or [f for f in forms if not f.task_types] or forms)[0]

    def paper(self, code: str) -> Paper:
        return next(p for p in self.papers if p.code == code)

    def deadlines_in_force(self) -> tuple[Deadline, ...]:
        """Deadlines that bind; borrowed or unknown ones only where administrators chose so."""
        return tuple(
            d
            for d in self.deadlines
            if d.n is not None and (self.stand_in_deadlines or not d.stand_in)
        )

    def deadline(self, deadline_id: str) -> Deadline:
        return next(d for d in self.deadlines if d.id == deadline_id)

    def conflicts_for(self, rule: CouncilRule) -> tuple[ConflictRule, ...]:
        return tuple(c for c in self.conflict_rules if c.id in rule.conflicts)


def facts(thing: Any, path: str = "") -> Iterator[tuple[str, Fact]]:
    """Walk every fact of a regime with its place, for the page "not verified"."""
    if isinstance(thing, tuple):
        for number, item in enumerate(thing):
            key = getattr(item, "id", None) or getattr(item, "code", None) or number
            yield from facts(item, f"{path}.{key}" if path else str(key))
    else:
        if isinstance(thing, Fact):
            yield path, thing
        kind: type = type(thing)
        for attribute, name in _places(kind):
            yield from facts(
                getattr(thing, attribute), f"{path}.{name}" if path else name
            )


@cache
def _places(kind: type) -> tuple[tuple[str, str], ...]:
    """The attributes of a class that may hold facts, each with its key in the file."""
    if not is_dataclass(kind):
        return ()
    hints = get_type_hints(kind)
    return tuple(
        (f.name, f.name.rstrip("_"))
        for f in fields(kind)
        if _may_hold(hints[f.name], frozenset())
    )


def _may_hold(hint: Any, above: frozenset[Any]) -> bool:
    """Whether a value of this kind is a fact, or has one inside."""
    if not is_dataclass(hint):
        return any(_may_hold(inner, above) for inner in get_args(hint))
    if hint in above:
        return False
    hints = get_type_hints(hint).values()
    return issubclass(hint, Fact) or any(  # type: ignore[arg-type]
        _may_hold(inner, above | {hint}) for inner in hints
    )
