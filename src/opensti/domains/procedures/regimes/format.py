"""What a regime file may say: the frozen words of one procedure.

Every fact rests on an article (``src``, ``art``) and says how far it was verified
(``v``). Reading a file into these classes is ``reading.py``; whether the whole makes
sense is ``soundness.py``.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date  # noqa: TC003 -- read at run time by reading.py
from decimal import Decimal  # noqa: TC003
from fractions import Fraction  # noqa: TC003
from typing import TYPE_CHECKING, Literal

from opensti.domains.procedures.choices import (
    Act,
    Consequence,
    DeadlineTrack,
    Direction,
    Mark,
    SeatRole,
    State,
    TaskKind,
    Track,
    Unit,
)
from opensti.kernel.access import Role  # noqa: TC001 -- read at run time

if TYPE_CHECKING:
    from collections.abc import Iterator


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
    """The stages and steps of a need, an order or a dossier."""

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
class Period:
    n: int
    unit: Unit


@dataclass(frozen=True, kw_only=True)
class Deadline(Labelled, Fact):
    """``starts_on`` is ``stage:…``, ``act:…`` or ``event:…``; acts in ``closes_on`` meet it.

    Without ``n`` nobody knows how long it is: it runs only where a switch gives the number.
    """

    id: str
    n: int | None = None
    unit: Unit
    direction: Direction = Direction.AFTER
    track: DeadlineTrack
    starts_on: str = ""
    closes_on: tuple[Act, ...] = ()
    binding_on: Role | None = None
    consequence: Consequence | None = None
    repeat: bool = False
    stand_in: bool = False


@dataclass(frozen=True, kw_only=True)
class Share:
    """``at_least`` or ``more_than`` a fraction of those present, all, or ballots cast."""

    test: Literal["at_least", "more_than"]
    fraction: Fraction
    of: Literal["present", "total", "cast"]


@dataclass(frozen=True, kw_only=True)
class SeatRule:
    role: SeatRole
    count_min: int
    count_max: int
    condition_vi: str = ""
    condition_en: str = ""


QuorumRole = Literal[
    "chair",
    "chair_or_vice",
    "chair_or_authorised_vice",
    "both_reviewers",
    "one_reviewer",
    "secretary",
    "council_representative",
]


@dataclass(frozen=True, kw_only=True)
class Outlier:
    """A ballot too far from the mean is invalid."""

    limit: Decimal
    basis: Literal["mean", "points"]
    passes: Literal["one", "repeated"]


@dataclass(frozen=True, kw_only=True)
class Bonus:
    """More points for the host who proposed the task."""

    percent: Decimal
    needs_mean: Decimal


@dataclass(frozen=True, kw_only=True)
class BallotRule(Fact):
    """How single ballots become the council's result.

    ``vote``: yes or no on the whole; ``items``: yes or no on each content item;
    ``score``: points on a sheet; ``rating``: one of the rating rule's levels.
    """

    kind: Literal["vote", "items", "score", "rating"]
    form: str = ""
    passes: tuple[Share, ...] = ()
    sheets: tuple[str, ...] = ()
    pass_mean: Decimal | None = None
    zero_rule: Share | None = None
    outlier: Outlier | None = None
    bonus: Bonus | None = None
    ties: tuple[
        Literal[
            "chair_score",
            "council_recommends",
            "less_state_money",
            "excellent_task",
            "content_mean",
        ],
        ...,
    ] = ()
    rating: str = ""
    count_team: int = 0


@dataclass(frozen=True, kw_only=True)
class CouncilRule(Labelled, Fact):
    id: str
    track: Track
    team: Literal["council", "cost_team", "expert_group"] = "council"
    size_min: int
    size_max: int
    size_allowed: tuple[int, ...] = ()
    seats: tuple[SeatRule, ...]
    quorum: Share
    quorum_roles: tuple[QuorumRole, ...] = ()
    documents_before: Period | None = None
    written_opinions_before: Period | None = None
    absent_opinion: Literal["none", "reference_only", "read_out", "counts"] = "none"
    ballot: BallotRule | None = None
    conclusion: Share | None = None
    conflicts: tuple[str, ...] = ()
    modes: tuple[Literal["in_person", "online", "hybrid"], ...] = ("in_person",)
    secrecy: bool = False
    optional: bool = False
    override: bool = True
    meet_within: Period | None = None


@dataclass(frozen=True, kw_only=True)
class ConflictRule(Fact):
    id: str
    text_vi: str
    text_en: str
    effect: Literal["barred", "barred_from_roles"]


@dataclass(frozen=True, kw_only=True)
class Criterion(Labelled):
    id: str
    max: Decimal
    help_vi: str = ""
    help_en: str = ""
    items: tuple[Criterion, ...] = ()

    def leaves(self) -> tuple[Criterion, ...]:
        """What a member actually fills in."""
        if not self.items:
            return (self,)
        return tuple(leaf for item in self.items for leaf in item.leaves())


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """A member's sheet passes only at or above this; ``criterion`` empty = the total."""

    criterion: str = ""
    at_least: Decimal


@dataclass(frozen=True, kw_only=True)
class ScoreSheet(Labelled, Fact):
    """``stand_in`` marks a sheet borrowed from another text: say so wherever it is shown."""

    id: str
    task_types: tuple[str, ...] = ()
    total: Decimal
    criteria: tuple[Criterion, ...]
    thresholds: tuple[Threshold, ...] = ()
    pass_fail: bool = False
    stand_in: bool = False

    def leaves(self) -> tuple[Criterion, ...]:
        return tuple(leaf for c in self.criteria for leaf in c.leaves())


@dataclass(frozen=True, kw_only=True)
class RatingRule(Labelled, Fact):
    """Best when ``best_share`` say best and none worst; worst when ``worst_share`` say so."""

    id: str
    levels: tuple[Option, ...]
    best: str
    worst: str
    otherwise: str
    best_share: Share
    worst_share: Share


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


def facts(thing: object, path: str = "") -> Iterator[tuple[str, Fact]]:
    """Walk every fact of a regime with its place, for the page "not verified"."""
    if isinstance(thing, tuple):
        for number, item in enumerate(thing):
            key = getattr(item, "id", None) or getattr(item, "code", None) or number
            yield from facts(item, f"{path}.{key}" if path else str(key))
    elif is_dataclass(thing) and not isinstance(thing, type):
        if isinstance(thing, Fact):
            yield path, thing
        for f in fields(thing):
            inner = getattr(thing, f.name)
            if isinstance(inner, tuple) or is_dataclass(inner):
                name = f.name.rstrip("_")
                yield from facts(inner, f"{path}.{name}" if path else name)
