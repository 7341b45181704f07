"""The tables of a regime: who acts, stages and steps, what is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from opensti.domains.procedures.choices import (
    Act,
    Consequence,
    Direction,
    State,
    TaskKind,
    Track,
    Unit,
)
from opensti.domains.procedures.regimes.format.facts import Fact, Labelled
from opensti.kernel.access import Role


@dataclass(frozen=True, kw_only=True)
class TransitionRule(Fact):
    """Which regime governs what was submitted in a half-open period."""

    id: str
    kind: TaskKind
    text_vi: str
    text_en: str
    submitted_from: date | None = None
    submitted_until: date | None = None
    then: str

    def covers(self, day: date) -> bool:
        return (self.submitted_from is None or self.submitted_from <= day) and (
            self.submitted_until is None or day < self.submitted_until
        )


@dataclass(frozen=True, kw_only=True)
class ActorKind(Labelled, Fact):
    """A body the text names, and which role of the software acts for it."""

    id: str
    role: Role


@dataclass(frozen=True, kw_only=True)
class TaskType(Labelled, Fact):
    id: str
    code: str = ""
    max_months: int | None = None
    council: bool = True


@dataclass(frozen=True, kw_only=True)
class Stage(Labelled, Fact):
    id: str
    state: State
    owner: Role


@dataclass(frozen=True, kw_only=True)
class Transition(Fact):
    id: str = ""
    from_: tuple[str, ...]
    to: str
    act: Act
    by: tuple[Role, ...]
    guard_vi: str = ""
    guard_en: str = ""
    documents: tuple[str, ...] = ()
    reason: bool = False


@dataclass(frozen=True, kw_only=True)
class TrackTable:
    """The stages and steps of one track."""

    initial: str
    stages: tuple[Stage, ...]
    transitions: tuple[Transition, ...]

    def stage(self, stage_id: str) -> Stage:
        return next(s for s in self.stages if s.id == stage_id)

    def step(self, stage_id: str, act: str) -> Transition | None:
        """The step ``act`` from a stage, if the table has it."""
        return next(
            (t for t in self.transitions if t.act == act and stage_id in t.from_), None
        )

    def steps_from(self, stage_id: str) -> tuple[Transition, ...]:
        return tuple(t for t in self.transitions if stage_id in t.from_)


@dataclass(frozen=True, kw_only=True)
class ApprovalRule(Fact):
    """How many dossiers that answer one order may be approved: ``one``, or ``any``."""

    per_order: Literal["one", "any"]


@dataclass(frozen=True, kw_only=True)
class AdviceRule(Fact):
    """What may stand beside the legal figures as advice; it binds nobody.

    ``calibrated``: merit with the severity of reviewers taken out stands ``beside`` the
    regime's own figures, or nowhere. ``partial_levels``: scenarios may fund a dossier in part.
    """

    calibrated: Literal["off", "beside"] = "off"
    partial_levels: Literal["no", "yes"] = "no"


@dataclass(frozen=True, kw_only=True)
class Period:
    n: int
    unit: Unit


@dataclass(frozen=True, kw_only=True)
class Deadline(Labelled, Fact):
    """``starts_on`` is ``stage:…``, ``act:…`` or ``event:…``; acts in ``closes_on`` meet it.

    Without ``n`` nobody knows how long it is: it runs only where a switch gives the number.
    With ``runs_in`` it is counted from its event, but binds only once the case stands in
    that stage too: who is never asked to revise does not owe a revision. One that hangs on
    an event starts only where an act that meets it is possible; ``ahead``: also before that.
    """

    id: str
    n: int | None = None
    unit: Unit
    direction: Direction = Direction.AFTER
    track: Track
    starts_on: str = ""
    runs_in: str = ""
    closes_on: tuple[Act, ...] = ()
    binding_on: Role | None = None
    consequence: Consequence | None = None
    ahead: bool = False
    repeat: bool = False
    stand_in: bool = False
