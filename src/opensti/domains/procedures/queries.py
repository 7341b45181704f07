"""Which procedure governs, where a case stands, what may come next, what is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from django.db.models import OuterRef, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from opensti.domains.procedures.choices import (
    ACT_LABELS,
    TASK_KIND_LABELS,
    DeadlineState,
    TaskKind,
)
from opensti.domains.procedures.models import (
    AnnouncedYear,
    Case,
    Deadline,
    RegimeVersion,
    Switch,
)
from opensti.domains.procedures.regimes.announced import (
    announced_names,
    known_names,
    year_from,
)
from opensti.domains.procedures.regimes.fees import council_fees
from opensti.domains.procedures.regimes.format import Fact, Regime, facts
from opensti.domains.procedures.regimes.loading import regime_from
from opensti.domains.procedures.regimes.norms import norm_tables
from opensti.kernel.access import STAFF, SYSTEM, Role, RoleList
from opensti.kernel.periods import (
    calendar_from,
    vietnam_data,
    working_days_left,
)
from opensti.kernel.refusals import Invalid, NotFound, Problem, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from opensti.domains.procedures.regimes.fees import FeeTable
    from opensti.domains.procedures.regimes.format import (
        AdviceRule,
        ApprovalRule,
        ExecutionRules,
        Transition,
    )
    from opensti.domains.procedures.regimes.norms import NormTable
    from opensti.kernel.access import Actor
    from opensti.kernel.periods import Calendar, Source
    from opensti.kernel.refusals import Text

# What nobody reads with a row: ``regime_of`` knows the procedure by its digest.
REGIME = ("regime_version__content", "regime_version__answers")
CASE_REGIME = tuple(f"case__{name}" for name in REGIME)


class NoRegime(Refusal):
    """No procedure that is loaded governs this kind of task on this day."""

    status = 422
    title = _("No procedure applies")


@dataclass(frozen=True, kw_only=True)
class NextStep:
    """A step that is possible from here; ``allowed`` for the person who asks."""

    act: str
    label: Text
    to: str
    to_label: str
    to_state: str
    by: tuple[Role, ...]
    who: Text
    allowed: bool
    basis: str
    mark: str
    guard: str
    reason_needed: bool
    documents: tuple[str, ...]


def active_versions() -> QuerySet[RegimeVersion]:
    """The procedures that new cases may start under, without their long contents."""
    return RegimeVersion.objects.filter(active=True).defer("content").order_by("code")


def versions(code: str) -> QuerySet[RegimeVersion]:
    return RegimeVersion.objects.filter(code=code).defer("content").order_by("-version")


def active_version(code: str) -> RegimeVersion:
    found = active_versions().filter(code=code).first()
    if found is None:
        raise NotFound(_("There is no procedure “%(code)s”.") % {"code": code})
    return found


def regime_in_force(on: date, kind: str = TaskKind.MINISTRY) -> RegimeVersion:
    """Return the procedure for what is submitted on a day, by the transition rules.

    Raises ``Invalid`` for a kind of task that there is not, ``NoRegime`` where none is loaded.
    """
    if kind not in set(TaskKind):
        raise Invalid(
            [
                Problem(
                    field="kind",
                    message=_("There is no such kind of task."),
                    mend=_("Choose one of the list."),
                )
            ]
        )
    by_code = {v.code: v for v in active_versions()}
    rules = [
        rule
        for version in by_code.values()
        for rule in regime_of(version).transition_rules
        if rule.kind == kind and rule.covers(on) and rule.then in by_code
    ]
    if not rules:
        raise NoRegime(
            _("No procedure is loaded for a %(kind)s submitted on %(day)s.")
            % {"kind": TASK_KIND_LABELS[TaskKind(kind)], "day": f"{on:%d/%m/%Y}"},
            mend=_("An administrator loads the procedure that governs it."),
        )
    rules.sort(key=lambda r: (r.submitted_from is not None, r.submitted_from))
    return by_code[rules[-1].then]


def regime_of(thing: Case | RegimeVersion) -> Regime:
    """Return the frozen procedure of a case or a version; read once per process."""
    sha256 = thing.regime_sha256 if isinstance(thing, Case) else thing.sha256
    return _regime(sha256)


def frozen_rules(sha256: str) -> ExecutionRules:
    """What a frozen procedure, by its digest, says of contracts; ``LookupError``: nothing."""
    rules = _regime(sha256).execution
    if rules is None:
        raise LookupError(sha256)
    return rules


@lru_cache(maxsize=64)
def _regime(sha256: str) -> Regime:
    version = RegimeVersion.objects.get(sha256=sha256)
    return regime_from(version.content, version.answers, file=str(version))


def steps_from(case: Case, actor: Actor) -> list[NextStep]:
    """The next steps, those the actor may take first; no query once the regime is read."""
    regime, lang = regime_of(case), get_language() or "vi"
    table = regime.track(case.track)
    steps = [
        NextStep(
            act=step.act,
            label=ACT_LABELS[step.act],
            to=step.to,
            to_label=table.stage(step.to).label(lang),
            to_state=table.stage(step.to).state,
            by=step.by,
            who=RoleList(step.by),  # type: ignore[arg-type]
            allowed=actor is SYSTEM or actor.has(*step.by),
            basis=step.basis,
            mark=step.v,
            guard=step.guard_en if lang.startswith("en") else step.guard_vi,
            reason_needed=step.reason,
            documents=step.documents,
        )
        for step in table.steps_from(case.stage)
        if step.by
    ]
    return sorted(steps, key=lambda s: not s.allowed)


def may_step(case: Case, act: str, actor: Actor) -> bool:
    """Whether the case is where this act is possible, and the actor's role may."""
    step = regime_of(case).track(case.track).step(case.stage, act)
    return step is not None and (actor is SYSTEM or actor.has(*step.by))


def basis(case: Case, act: str) -> str:
    """The article an act of this case rests on, before or after it was taken."""
    table = regime_of(case).track(case.track)
    ways: list[Transition | None] = [
        next(
            (t for t in table.transitions if t.act == act and t.to == case.stage), None
        ),
        table.step(case.stage, act),
        next((t for t in table.transitions if t.act == act), None),
    ]
    if case.last_act != act:
        ways[0], ways[1] = ways[1], ways[0]
    return next((t.basis for t in ways if t is not None), "")


def one_winner(thing: Case | RegimeVersion) -> ApprovalRule | None:
    """The rule by which only one dossier of an order may be approved, where there is one.

    Versions frozen before the rule was written down say nothing, and limit nothing.
    """
    rule = regime_of(thing).approvals
    return rule if rule is not None and rule.per_order == "one" else None


@dataclass(frozen=True, kw_only=True)
class Advice:
    """What a frozen procedure lets stand beside its own figures; ``rule`` says where."""

    calibrated: bool = False
    partial_levels: bool = False
    rule: AdviceRule | None = None


def advice_of(thing: Case | RegimeVersion) -> Advice:
    """What may advise beside the legal figures.

    Versions frozen before the field was there say nothing, and allow nothing.
    """
    rule = regime_of(thing).advice
    return Advice(
        calibrated=rule is not None and rule.calibrated == "beside",
        partial_levels=rule is not None and rule.partial_levels == "yes",
        rule=rule,
    )


def publishes(version: RegimeVersion, publication: str) -> bool:
    """Whether a frozen procedure says that everybody is shown this (its ``publications``)."""
    return any(said.id == publication for said in regime_of(version).publications)


def source_names() -> dict[str, tuple[str, str]]:
    """What each source of the frozen procedures is called when it is cited.

    Versions frozen before sources had short names are cited by their titles.
    """
    tables = RegimeVersion.objects.order_by("loaded_at", "pk")
    return {
        source["id"]: (
            source.get("short_vi") or source["title_vi"],
            source.get("short_en") or source["title_en"],
        )
        for table in tables.values_list("content__sources", flat=True)
        for source in table or ()
    }


def stage_label(case: Case, lang: str = "") -> str:
    lang = lang or get_language() or "vi"
    return regime_of(case).track(case.track).stage(case.stage).label(lang)


def deadlines_of(case_id: int) -> QuerySet[Deadline]:
    return Deadline.objects.filter(case_id=case_id).order_by("due_on", "pk")


def unsettled(prefix: str = "") -> Q:
    """Deadlines that still ask for something: running, or missed and not made good.

    ``prefix`` leads to the deadline. One that was met late stays ``missed`` for the
    statistics, but has its day of closing and asks for nothing more.
    """
    return Q(
        **{
            f"{prefix}state__in": (DeadlineState.RUNNING, DeadlineState.MISSED),
            f"{prefix}closed_at": None,
        }
    )


def deadlines_for(
    roles: Iterable[Role],
    *,
    cases: Iterable[int] | QuerySet[Case] | None = None,
) -> QuerySet[Deadline]:
    """What is due from these roles, soonest first.

    Officials see the deadlines of their roles in all cases. For applicants and
    experts pass ``cases``: those the person may see; without it they get nothing.
    """
    wanted = set(roles)
    if cases is None:
        wanted &= STAFF
    found = Deadline.objects.filter(
        unsettled(), binding_on__in=[str(r) for r in wanted]
    )
    if cases is not None:
        found = found.filter(case__in=cases)
    return found.select_related("case").order_by("due_on", "pk")


def first_due(role: Role, case: OuterRef) -> QuerySet[Deadline]:
    """What this role must do next in a case of an outer query: for ``Subquery``."""
    rows = Deadline.objects.filter(unsettled(), case=case, binding_on=role)
    return rows.order_by("due_on", "pk")


def fees_on(day: date) -> tuple[FeeTable, FeeTable] | None:
    """The norms of council fees on a day, and those whose amounts are used; no query.

    They differ where the amounts of the norms in force are not known and others stand in.
    """
    return council_fees().on(day)


def norms_on(ids: Iterable[str], day: date) -> list[NormTable]:
    """The tables of cost norms of these ids that hold on a day; no query.

    A version frozen earlier may name a table this house no longer has: it is left out.
    """
    tables = norm_tables()
    return [tables[id_] for id_ in ids if id_ in tables and tables[id_].holds_on(day)]


def working_calendar() -> Calendar:
    """The working days as they are known today; 1 query.

    The shipped file with the years that administrators announced. Years without data
    are counted by weekly rest alone: whoever shows a day says so (``provisional``).
    """
    rows = AnnouncedYear.objects.order_by("pk").values_list("year", "sha256")
    return _calendar(tuple(sorted(dict(rows).items())))


@lru_cache(maxsize=8)
def _calendar(announced: tuple[tuple[int, str], ...]) -> Calendar:
    raw = vietnam_data()
    for year, sha256 in announced:
        found = AnnouncedYear.objects.filter(year=year, sha256=sha256).latest("pk")
        raw["years"][year] = year_from(found.content)
    return calendar_from(raw, where="vn.yaml", lenient=True)


@dataclass(frozen=True, kw_only=True)
class Year:
    """A year of the calendar: what it rests on, and what is not verified in it."""

    year: int
    source: Source | None
    days: int
    swaps: int
    unverified: int

    @property
    def verified(self) -> bool:
        return self.source is not None and not self.unverified


def calendar_years(*, today: date) -> list[Year]:
    """Every year with data, and those up to two years ahead without; 1 query."""
    calendar = working_calendar()
    found = []
    for year in range(min(calendar.years), max(*calendar.years, today.year + 2) + 1):
        own = calendar.years.get(year)
        rest = {d: s for d, s in calendar.rest.items() if d.year == year}
        swaps = [s for d, s in calendar.worked.items() if d.year == year]
        facts = [*rest.values(), *swaps, *([own] if own else [])]
        found.append(
            Year(
                year=year,
                source=own,
                days=len(rest),
                swaps=len(swaps),
                unverified=sum(not s.verified for s in facts),
            )
        )
    return found


@dataclass(frozen=True, kw_only=True)
class Gap:
    """The holidays that are announced for each year, and how far that is known."""

    names: tuple[str, ...]
    mark: str
    source: str


def announced_gap(lang: str) -> Gap:
    names, mark, source = announced_names()
    known = known_names()
    return Gap(
        names=tuple(known[name][lang[:2]] for name in names), mark=mark, source=source
    )


@dataclass(frozen=True, kw_only=True)
class Lines:
    """A year as lines of text, to be corrected and entered."""

    holidays: str
    swaps: str


def year_lines(year: int) -> Lines:
    """What is known of a year now, as an administrator types it; 1 query."""
    calendar, names = working_calendar(), known_names()
    by_vi = {name["vi"]: key for key, name in names.items()}
    rest = sorted((d, s) for d, s in calendar.rest.items() if d.year == year)
    worked = sorted(
        (off, on) for on, off in calendar.swapped.items() if off.year == year
    )
    return Lines(
        holidays="\n".join(
            f"{d.isoformat()} {by_vi[s.name_vi]}" for d, s in rest if s.name_vi in by_vi
        ),
        swaps="\n".join(f"{off.isoformat()} {on.isoformat()}" for off, on in worked),
    )


def timed_deadlines() -> QuerySet[Deadline]:
    """Deadlines that tell how long something took; the caller has decided who may know.

    Left out are those that no longer apply, unless their day had passed before.
    """
    return Deadline.objects.exclude(state=DeadlineState.VOID).order_by("pk")


def days_taken(calendar: Calendar, deadline: Deadline, until: date) -> tuple[int, int]:
    """Working days that it took until a day, and that it was allowed to take; no query.

    Both are counted from the day after it began, without the days on which it stood still.
    """
    began, stood = deadline.started_on, 0
    for start, end in deadline.pauses:
        first = max(began, date.fromisoformat(start))
        stood += max(0, working_days_left(first, date.fromisoformat(end), calendar))
    if deadline.suspended_on is not None:
        until = min(until, deadline.suspended_on)
    taken = max(0, working_days_left(began, until, calendar)) - stood
    allowed = max(0, working_days_left(began, deadline.due_on, calendar)) - stood
    return max(0, taken), max(0, allowed)


def days_left(calendar: Calendar, deadline: Deadline, today: date) -> int:
    """Working days left; negative once it has passed."""
    return working_days_left(today, deadline.due_on, calendar)


def answers_of(code: str) -> dict[str, str]:
    """The latest answers to a regime's switches."""
    rows = Switch.objects.filter(regime_code=code).order_by("set_at", "pk")
    return dict(rows.values_list("switch", "value"))


def unverified(regime: Regime) -> list[tuple[str, Fact]]:
    """Facts that a person must still compare with the Official Gazette."""
    return [(path, fact) for path, fact in facts(regime) if not fact.verified]


def deadlines_of_cases(case_ids: Iterable[int]) -> list[Deadline]:
    """Legal deadlines that ran in some cases, in the order in which they began; 1 query."""
    rows = Deadline.objects.filter(case_id__in=list(case_ids)).select_related("case")
    return list(
        rows.only(
            "code", "label_vi", "label_en", "started_on", "due_on", "state",
            "closed_at", "binding_on", "article", "case__track",
        ).order_by("started_on", "due_on", "pk")
    )  # fmt: skip
