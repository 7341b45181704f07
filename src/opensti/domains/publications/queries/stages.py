"""How long each step of the procedures takes against the day the law allows.

Everybody reads sums of quarters that are over, none for fewer than ``FEWEST`` cases; whoever
works here reads the cases behind each figure, those that he may know of.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.timezone import localdate
from pydantic import TypeAdapter
from sti_methods.waiting import NINE_TENTHS, Wait, median, quantile, worst

from opensti.domains.calls.queries import dossiers
from opensti.domains.contracts.queries import contracts
from opensti.domains.portfolios.queries import free_of_stake
from opensti.domains.procedures.choices import DeadlineState, Track
from opensti.domains.procedures.queries import (
    days_taken,
    timed_deadlines,
    working_calendar,
)
from opensti.domains.publications import permissions as _permissions  # noqa: F401
from opensti.domains.publications.queries.figures import figured
from opensti.domains.publications.queries.funded_rows import FEWEST
from opensti.domains.publications.queries.keeping import kept
from opensti.domains.results.queries import acceptances
from opensti.domains.tasks.queries import needs, orders
from opensti.kernel.access import Role, require
from opensti.kernel.bilingual import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.db.models import QuerySet

    from opensti.domains.procedures.models import Deadline
    from opensti.domains.publications.queries.edition import Edition
    from opensti.kernel.access import Actor

QUARTERS = 8
TRACKS = {track: place for place, track in enumerate(Track)}


@dataclass(frozen=True, kw_only=True)
class Spell:
    """One deadline of one case, in working days without those on which it stood still."""

    track: str
    code: str
    label: Words
    regime: str
    regime_name: Words
    unit: str
    article: str
    quarter: str
    allowed: int
    wait: Wait
    kept: bool | None


@dataclass(frozen=True, kw_only=True)
class Timing:
    """One step: how many cases, how long they took, how many kept the day.

    ``median`` and ``late`` (nine of ten) take in what still runs; None where too many run
    to say. ``in_time`` and ``over_time`` are those of which it is known.
    """

    key: str
    label: Words
    track: str
    article: str
    cases: int
    running: int
    overdue: int
    allowed: int
    median: int | None
    late: int | None
    worst: int
    worst_runs: bool
    in_time: int
    over_time: int

    @property
    def share(self) -> Fraction | None:
        known = self.in_time + self.over_time
        return Fraction(self.in_time, known) if known else None


@dataclass(frozen=True, kw_only=True)
class Looked:
    """Which cases are looked at; empty: all."""

    unit: str = ""
    regime: str = ""

    def of(self, spells: Iterable[Spell]) -> list[Spell]:
        return [
            one
            for one in spells
            if self.unit in {"", one.unit} and self.regime in {"", one.regime}
        ]


@dataclass(frozen=True, kw_only=True)
class Stages:
    """Steps in the order of the work; ``hidden`` counts those left out for few cases.

    ``units`` sums up by whom the day binds, ``versions`` by version of the procedure,
    ``trend`` by the quarter in which the time began, oldest first.
    """

    steps: tuple[Timing, ...]
    hidden: int
    units: tuple[Timing, ...] = ()
    versions: tuple[Timing, ...] = ()
    trend: tuple[Timing, ...] = ()
    whole: Timing | None = None
    choices: tuple[tuple[str, ...], dict[str, Words]] = field(
        default_factory=lambda: ((), {})
    )


def public_stages(of: Edition, today: date, looked: Looked) -> Stages:
    """What everybody reads, of quarters that are over; at most 2 queries."""
    if of.kept:
        found = figured("stages", of, today, lambda: all_stages(today), read_stages)
        asked = (looked.unit, looked.regime)
        return found.get(asked) or stages_of((), looked)

    def make() -> Stages:
        return stages_of(
            kept("spells", of, today, lambda: public_spells(today)), looked
        )

    return kept("stages", of, today, make, looked)


def public_spells(today: date) -> tuple[Spell, ...]:
    """Deadlines of quarters that are over, as plain values; 2 queries."""
    before = first_of_quarter(today)
    # How many dossiers there are is nobody's before their call is closed and past.
    closed = ~Q(case__track=Track.DOSSIER) | Q(
        case__dossier__call__closes_at__date__lt=before
    )
    return _spells(timed_deadlines().filter(closed, started_on__lt=before), today)


def all_stages(today: date) -> dict[tuple[str, str], Stages]:
    """By unit and version of the procedure, whatever can be chosen; 2 queries."""
    spells = public_spells(today)
    units, regimes = stages_of(spells, Looked()).choices
    return {
        (unit, regime): stages_of(spells, Looked(unit=unit, regime=regime))
        for unit in ("", *units)
        for regime in ("", *regimes)
    }


def written_stages(found: dict[tuple[str, str], Stages]) -> bytes:
    return _adapter().dump_json([(*key, one) for key, one in found.items()])


def read_stages(content: bytes) -> dict[tuple[str, str], Stages]:
    return {
        (unit, regime): one for unit, regime, one in _adapter().validate_json(content)
    }


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[list[tuple[str, str, Stages]]]:
    return TypeAdapter(list[tuple[str, str, Stages]])


def known_deadlines(actor: Actor) -> QuerySet[Deadline]:
    """Deadlines of the cases that a person may know of, newest first; 1 query.

    Raises ``AccessDenied``.
    """
    require(actor, "publications.read_stages")
    cases = Q()
    known = (
        needs(actor),
        orders(actor),
        free_of_stake(actor, dossiers(actor=actor)),
        contracts(actor),
        acceptances(actor),
    )
    for rows in known:
        cases |= Q(case__in=rows.order_by().values("case_id"))
    found = timed_deadlines().filter(cases)
    return found.select_related("case__regime_version").order_by("-started_on", "-pk")


def first_of_quarter(day: date) -> date:
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def quarter_of(day: date) -> str:
    return f"{day.year}-Q{(day.month - 1) // 3 + 1}"


def spells_of(rows: QuerySet[Deadline], today: date) -> tuple[Spell, ...]:
    """The same as plain values; 2 queries. The caller has decided who may know."""
    return _spells(rows, today)


def _spells(rows: QuerySet[Deadline], today: date) -> tuple[Spell, ...]:
    calendar = working_calendar()
    found = []
    needed = rows.select_related("case__regime_version").only(
        *_DEADLINE, *(f"case__{name}" for name in _CASE)
    )
    for row in needed.iterator(chunk_size=2000):
        over = row.closed_at is not None
        until = localdate(row.closed_at) if row.closed_at else today
        taken, allowed = days_taken(calendar, row, until)
        version = row.case.regime_version
        found.append(
            Spell(
                track=row.case.track,
                code=row.code,
                label=Words(row.label_vi, row.label_en),
                regime=f"{version.code} {version.version}",
                regime_name=Words(
                    f"{version.label_vi} ({version.version})",
                    f"{version.label_en} ({version.version})",
                ),
                unit=row.binding_on,
                article=row.article,
                quarter=quarter_of(row.started_on),
                allowed=allowed,
                wait=Wait(days=taken, over=over),
                kept=_kept(row.state),
            )
        )
    return tuple(found)


_DEADLINE = (
    "code", "label_vi", "label_en", "started_on", "due_on", "state", "closed_at",
    "binding_on", "article", "suspended_on", "pauses", "case_id",
)  # fmt: skip
_CASE = (
    "track",
    "regime_version__code",
    "regime_version__version",
    "regime_version__label_vi",
    "regime_version__label_en",
)


def _kept(state: str) -> bool | None:
    return {DeadlineState.MET: True, DeadlineState.MISSED: False}.get(
        DeadlineState(state)
    )


def stages_of(spells: Iterable[Spell], looked: Looked) -> Stages:
    """Sum up; a group of fewer than ``FEWEST`` is left out of every table."""
    every = list(spells)
    rows = looked.of(every)
    steps = _grouped(rows, lambda one: f"{one.track}.{one.code}", lambda one: one.label)
    told = [one for one in steps if one.cases >= FEWEST]
    quarters = _told(rows, lambda one: one.quarter, lambda one: Words(one.quarter))
    return Stages(
        steps=tuple(sorted(told, key=lambda one: (TRACKS[Track(one.track)], one.key))),
        hidden=len(steps) - len(told),
        units=_told(rows, lambda one: one.unit, lambda one: Words(one.unit)),
        versions=_told(rows, lambda one: one.regime, lambda one: one.regime_name),
        trend=quarters[-QUARTERS:],
        whole=_timing("", Words(), rows) if len(rows) >= FEWEST else None,
        choices=(
            tuple(sorted({one.unit for one in every}, key=_role)),
            {one.regime: one.regime_name for one in every},
        ),
    )


def _role(name: str) -> int:
    return list(Role).index(Role(name))


def _told(
    rows: Iterable[Spell], key: Callable[[Spell], str], label: Callable[[Spell], Words]
) -> tuple[Timing, ...]:
    found = _grouped(rows, key, label)
    return tuple(one for one in found if one.cases >= FEWEST)


def _grouped(
    rows: Iterable[Spell], key: Callable[[Spell], str], label: Callable[[Spell], Words]
) -> list[Timing]:
    groups: dict[str, list[Spell]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return [
        _timing(name, label(groups[name][-1]), groups[name]) for name in sorted(groups)
    ]


def _timing(key: str, label: Words, rows: list[Spell]) -> Timing:
    waits = [row.wait for row in rows]
    longest = worst(waits)
    running = [row for row in rows if not row.wait.over]
    allowed = sorted(row.allowed for row in rows)
    return Timing(
        key=key,
        label=label,
        track=rows[-1].track,
        article=rows[-1].article,
        cases=len(rows),
        running=len(running),
        overdue=sum(row.kept is False for row in running),
        allowed=allowed[(len(allowed) - 1) // 2],
        median=median(waits),
        late=quantile(waits, NINE_TENTHS),
        worst=longest.days if longest else 0,
        worst_runs=bool(longest and not longest.over),
        in_time=sum(row.kept is True for row in rows),
        over_time=sum(row.kept is False for row in rows),
    )
