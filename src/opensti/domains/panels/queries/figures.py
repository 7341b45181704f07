"""Councils in figures: who sat, how often the same, how far they agreed, how long it took.

Concluded councils only. Officials count what they may know of; the public gets whole
past years, in which a count of fewer than five people or councils is not told, nor the
next smallest where it could be worked out from it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import sqrt
from statistics import fmean, median
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.timezone import localdate

from opensti.domains.panels.choices import (
    VOTING,
    BallotState,
    CouncilKind,
    CouncilState,
    SeatState,
)
from opensti.domains.panels.models import Ballot, Council, Seat
from opensti.domains.registry.queries import Facts, facts_of
from opensti.kernel.access import SYSTEM, require, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from opensti.kernel.access import Actor

FEWEST = 5
SENIOR_TITLES = frozenset({"professor", "associate_professor"})
DOCTORS = frozenset({"doctor", "doctor_of_science"})
OFTEN = 5  # so often or more is one line
HUNDRED = 100  # points have two decimals
SPREADS = (2.5, 5.0, 10.0)  # points: the edges of how far ballots lie apart
DAYS = (15, 30, 60)
Cells = tuple[tuple[str, int | None], ...]


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Counts by code; None in a cell says that it is too small to be told.

    ``gender``, ``seniority``, ``organisations`` and ``provinces`` count seats,
    ``rotation`` people by how many seats they had, ``spread`` items by the standard
    deviation of their ballots' points, ``days`` councils from forming to conclusion.
    """

    councils: int | None
    seats: int | None
    people: int | None
    gender: Cells = ()
    seniority: Cells = ()
    organisations: Cells = ()
    provinces: Cells = ()
    rotation: Cells = ()
    spread: Cells = ()
    mean_spread: float | None = None
    days: Cells = ()
    median_days: float | None = None


def council_figures(
    actor: Actor, *, kind: str = "", year: int | None = None, on: date
) -> Figures:
    """Count the concluded councils that the person may know of; 5 queries."""
    require(actor, "panels.see_figures")
    return _figures(actor, kind, _within(year), on)


def public_figures(*, before: date, year: int) -> Figures:
    """Count one whole past year for everybody, small cells left out; 5 queries.

    Of the running year nothing is told: a council that met lately could be guessed. Nor
    are years told together: what one year hides, the difference to others would tell.
    Positions are those at the end of the year: they do not move from day to day.
    """
    if year >= before.year:
        return Figures(councils=None, seats=None, people=None)
    try:
        on = date(year, 12, 31)
    except ValueError:  # a year that no calendar has
        return Figures(councils=None, seats=None, people=None)
    return told(_figures(SYSTEM, "", _within(year), on))


def figure_years(actor: Actor) -> list[int]:
    """The years in which councils were concluded, as far as one knows, newest first."""
    rows = visible(actor, Council.objects.filter(state=CouncilState.CONCLUDED))
    found = rows.order_by().values_list("concluded_at__year", flat=True).distinct()
    return sorted({year for year in found if year}, reverse=True)


def public_figure_years(before: date) -> list[int]:
    """The past years of which the public is told; 1 query."""
    return [year for year in figure_years(SYSTEM) if year < before.year]


def _within(year: int | None) -> Q:
    return Q() if year is None else Q(concluded_at__year=year)


def _figures(actor: Actor, kind: str, where: Q, on: date) -> Figures:
    rows = Council.objects.filter(where, state=CouncilState.CONCLUDED)
    if kind in CouncilKind.values:
        rows = rows.filter(kind=kind)
    councils = {
        pk: (localdate(concluded) - localdate(made)).days
        for pk, made, concluded in visible(actor, rows)
        .order_by()
        .values_list("pk", "created_at", "concluded_at")
    }
    seats = list(
        visible(actor, Seat.objects.filter(council_id__in=councils))
        .filter(state=SeatState.ACCEPTED, role__in=VOTING)
        .order_by()
        .values_list("person_id", flat=True)
    )
    people = Counter(seats)
    known = facts_of(list(people), on)
    spreads = _spreads(actor, councils)
    return Figures(
        councils=len(councils),
        seats=len(seats),
        people=len(people),
        gender=_by(seats, known, lambda f: f.gender),
        seniority=_by(seats, known, _seniority),
        organisations=_by(seats, known, lambda f: f.organisation_kind),
        provinces=_by(seats, known, lambda f: f.province),
        rotation=_counted(
            (f"{min(n, OFTEN)}" for n in people.values()),
            [f"{n}" for n in range(1, OFTEN + 1)],
        ),
        spread=_binned(spreads, SPREADS),
        mean_spread=round(fmean(spreads), 2) if spreads else None,
        days=_binned(list(councils.values()), DAYS),
        median_days=median(councils.values()) if councils else None,
    )


def _spreads(actor: Actor, councils: Iterable[int]) -> list[float]:
    """The standard deviation of the points of each item with two ballots or more."""
    totals: dict[int, list[Decimal]] = {}
    rows = visible(
        actor,
        Ballot.objects.filter(
            item__council_id__in=list(councils),
            state=BallotState.CAST,
            total__isnull=False,
        ),
    )
    for item, total in rows.order_by().values_list("item_id", "total"):
        totals.setdefault(item, []).append(total or Decimal(0))
    return [_spread(some) for some in totals.values() if len(some) > 1]


def _spread(points: Sequence[Decimal]) -> float:
    """The standard deviation; whole hundredths until the root, so exact and fast."""
    some = [int(total * HUNDRED) for total in points]
    return sqrt(len(some) * sum(n * n for n in some) - sum(some) ** 2) / (
        len(some) * HUNDRED
    )


def _seniority(facts: Facts) -> str:
    if facts.academic_title in SENIOR_TITLES:
        return "professor"
    if facts.degree in DOCTORS:
        return "doctor"
    return "other" if facts.degree else ""


def _by(
    seats: Iterable[int], known: dict[int, Facts], code: Callable[[Facts], str]
) -> Cells:
    found = Counter(code(known.get(pk, Facts())) for pk in seats)
    return tuple(sorted(found.items(), key=lambda cell: (-cell[1], cell[0])))


def _counted(codes: Iterable[str], order: list[str]) -> Cells:
    found = Counter(codes)
    return tuple((code, found[code]) for code in order if found[code])


def _binned(values: list[float] | list[int], edges: tuple[float, ...]) -> Cells:
    """Count values in half-open stretches; a stretch is named by where it begins."""
    starts = [0.0, *edges]
    found = Counter(max(edge for edge in starts if edge <= value) for value in values)
    return tuple((f"{edge:g}", found[edge]) for edge in starts if found[edge])


def told(figures: Figures) -> Figures:
    """Return figures as everybody may have them: what is too small is left out."""
    if not figures.councils or figures.councils < FEWEST:
        return Figures(councils=None, seats=None, people=None)
    return Figures(
        councils=figures.councils,
        seats=_enough(figures.seats),
        people=_enough(figures.people),
        gender=suppressed(figures.gender),
        seniority=suppressed(figures.seniority),
        organisations=suppressed(figures.organisations),
        provinces=suppressed(figures.provinces),
        # Its cells add up to the people, and times their seats to the seats: two hidden
        # ones would be two unknowns in two equations.
        rotation=_whole_or_none(figures.rotation),
        spread=suppressed(figures.spread),
        # The mean over a few items is nearly the spread of each of them.
        mean_spread=figures.mean_spread
        if sum(n or 0 for _code, n in figures.spread) >= FEWEST
        else None,
        days=suppressed(figures.days),
        median_days=figures.median_days,
    )


def suppressed(cells: Cells) -> Cells:
    """Leave out cells below five, and the next smallest as long as the sum would tell them.

    The sum of all cells is published, so that of the hidden ones is known: one alone is
    told by it, and so are several when each of them must be one, or each four.
    """
    hidden = {code: n for code, n in cells if n is not None and n < FEWEST}
    others = sorted((n, code) for code, n in cells if n is not None and n >= FEWEST)
    while hidden and others and _told_by_sum(hidden.values()):
        n, code = others.pop(0)
        hidden[code] = n
    return tuple((code, None if code in hidden else n) for code, n in cells)


def _told_by_sum(hidden: Collection[int]) -> bool:
    together, many = sum(hidden), len(hidden)
    return (
        many == 1
        or together < FEWEST
        or (max(hidden) < FEWEST and together in (many, many * (FEWEST - 1)))
    )


def _whole_or_none(cells: Cells) -> Cells:
    """All cells or none of them: for counts that two published sums bind together."""
    return () if any(n is not None and n < FEWEST for _code, n in cells) else cells


def _enough(count: int | None) -> int | None:
    return None if count is None or count < FEWEST else count
