"""How long each step of the procedures takes against the day the law allows.

Everybody reads sums of quarters that are over, none for fewer than ``FEWEST`` cases; whoever
works here reads the cases behind each figure, those that he may know of.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
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
from opensti.domains.publications.disclosure import WHOLE_ROW
from opensti.domains.publications.queries.figures import figured
from opensti.domains.publications.queries.funded_rows import FEWEST
from opensti.domains.publications.queries.keeping import kept
from opensti.domains.publications.queries.register import seen_now
from opensti.domains.results.queries import acceptances
from opensti.domains.tasks.queries import needs, orders
from opensti.kernel.access import STAFF, Role, require
from opensti.kernel.bilingual import Words
from opensti.kernel.refusals import NotReady

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.db.models import QuerySet

    from opensti.domains.procedures.models import Deadline
    from opensti.domains.publications.queries.edition import Edition
    from opensti.kernel.access import Actor

QUARTERS = 8
HOUSE, NAMELESS = "house", "nameless"
TRACKS = {track: place for place, track in enumerate(Track)}


@dataclass(frozen=True, kw_only=True)
class Spell:
    """One deadline of one case, in working days without those on which it stood still.

    ``unit`` is the role that the procedure binds. No unit within the house is recorded with
    a case: ``agency`` is who runs that side of it, ``HOUSE`` or the public id of the
    organisation that proposes or carries out (``NAMELESS`` where it is not to be told).
    """

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
    agency: str = "house"
    agency_name: Words = field(default_factory=Words)


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
    agency: str = ""

    def of(self, spells: Iterable[Spell]) -> list[Spell]:
        return [
            one
            for one in spells
            if self.unit in {"", one.unit}
            and self.regime in {"", one.regime}
            and self.agency in {"", one.agency}
        ]


@dataclass(frozen=True, kw_only=True)
class Stages:
    """Steps in the order of the work; ``hidden`` counts those left out for few cases.

    ``agencies`` sums up by who runs that side of the case, ``moves`` each of them by quarter
    (``house 2026-Q1``); ``units`` by the role that the day binds, ``versions`` by version of
    the procedure, ``trend`` by the quarter in which the time began, oldest first.
    ``agency_names``: those with enough cases to be chosen.
    """

    steps: tuple[Timing, ...]
    hidden: int
    units: tuple[Timing, ...] = ()
    versions: tuple[Timing, ...] = ()
    trend: tuple[Timing, ...] = ()
    agencies: tuple[Timing, ...] = ()
    moves: tuple[Timing, ...] = ()
    agency_names: dict[str, Words] = field(default_factory=dict)
    whole: Timing | None = None
    choices: tuple[tuple[str, ...], dict[str, Words]] = field(
        default_factory=lambda: ((), {})
    )


def public_stages(of: Edition, today: date, looked: Looked) -> Stages:
    """What everybody reads, of quarters that are over; at most 2 queries."""
    if of.kept:
        return _kept_stages(of, today, looked)

    def make() -> Stages:
        return stages_of(
            kept("spells", of, today, lambda: public_spells(today)), looked
        )

    return kept("stages", of, today, make, looked)


def _kept_stages(of: Edition, today: date, looked: Looked) -> Stages:
    found = figured("stages", of, today, lambda: all_stages(today), read_stages)
    if looked.agency and (looked.unit or looked.regime):
        raise NotReady(
            _("In a register of this size an agency is looked at by itself."),
            mend=_("Take away the choice of role and of version."),
        )
    one = found.get((looked.unit, looked.regime, looked.agency))
    whole = found["", "", ""]
    return replace(
        one or stages_of((), looked),
        agency_names=whole.agency_names,
        choices=whole.choices,
    )


def _hosts_are_told() -> bool:
    """Whether everybody may know which organisation kept its days, by the policy."""
    by = seen_now()
    needed = (
        ("task", "deadlines_others"),
        ("contract", "host"),
        ("decision", "host"),
        ("organisation", WHOLE_ROW),
        ("organisation", "name"),
    )
    return all(by.is_open(kind, key) for kind, key in needed)


def public_spells(today: date) -> tuple[Spell, ...]:
    """Deadlines of quarters that are over, as plain values; 2 queries."""
    before = first_of_quarter(today)
    # How many dossiers there are is nobody's before their call is closed and past.
    closed = ~Q(case__track=Track.DOSSIER) | Q(
        case__dossier__call__closes_at__date__lt=before
    )
    rows = timed_deadlines().filter(closed, started_on__lt=before)
    return _spells(rows, today, named=_hosts_are_told())


def all_stages(today: date) -> dict[tuple[str, str, str], Stages]:
    """By unit and version of the procedure, and by agency, whatever can be chosen; 2 queries.

    Only the first, of all cases, says what can be chosen.
    """
    spells = public_spells(today)
    whole = stages_of(spells, Looked())
    units, regimes = whole.choices
    found = {
        (unit, regime, ""): stages_of(spells, Looked(unit=unit, regime=regime))
        for unit in ("", *units)
        for regime in ("", *regimes)
    }
    by_agency: dict[str, list[Spell]] = defaultdict(list)
    for one in spells:
        by_agency[one.agency].append(one)
    found |= {
        ("", "", name): stages_of(by_agency[name], Looked())
        for name in whole.agency_names
    }
    plain = {
        key: replace(one, agency_names={}, choices=((), {}))
        for key, one in found.items()
    }
    return plain | {("", "", ""): whole}


def written_stages(found: dict[tuple[str, str, str], Stages]) -> bytes:
    return _adapter().dump_json([(*key, one) for key, one in found.items()])


def read_stages(content: bytes) -> dict[tuple[str, str, str], Stages]:
    return {
        (unit, regime, agency): one
        for unit, regime, agency, one in _adapter().validate_json(content)
    }


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[list[tuple[str, str, str, Stages]]]:
    return TypeAdapter(list[tuple[str, str, str, Stages]])


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
    return _spells(rows, today, named=True)


def _spells(rows: QuerySet[Deadline], today: date, *, named: bool) -> tuple[Spell, ...]:
    calendar = working_calendar()
    found = []
    needed = rows.select_related("case__regime_version").only(
        *_DEADLINE, *(f"case__{name}" for name in _CASE)
    )
    needed = needed.annotate(
        **{
            f"host_{part}": _of_host(part)
            for part in ("public_id", "name_vi", "name_en")
        }
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
                **_agency(row, named=named),
            )
        )
    return tuple(found)


# Who proposes or carries out, by the way from a case to it.
_HOSTS = (
    "dossier__host",
    "contract__host",
    "acceptance__contract__host",
    "need__organisation",
)


def _of_host(part: str) -> Coalesce:
    return Coalesce(*(f"case__{way}__{part}" for way in _HOSTS), Value(""))


def _agency(row: Any, *, named: bool) -> dict[str, Any]:
    """Who runs the side of the case that the day binds; no query."""
    if row.binding_on in STAFF:
        return {"agency": HOUSE}
    if not (named and row.host_public_id):
        return {"agency": NAMELESS}
    name = Words(row.host_name_vi, row.host_name_en)
    return {"agency": row.host_public_id, "agency_name": name}


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
        agencies=_told(rows, lambda one: one.agency, lambda one: one.agency_name),
        moves=_told(
            [
                one
                for one in rows
                if one.quarter in {q.key for q in quarters[-QUARTERS:]}
            ],
            lambda one: f"{one.agency} {one.quarter}",
            lambda one: one.agency_name,
        ),
        agency_names={
            one.key: one.label
            for one in _told(every, lambda s: s.agency, lambda s: s.agency_name)
        },
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
