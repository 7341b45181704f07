"""What moves through stages: visits, conversion, time, and whether the flow adds up.

Little (1961), Operations Research 9:383; Wilson (1927), JASA 22:209 (bounds of a part);
Cooper (1990), Business Horizons 33:44 (stages and gates).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Literal, get_args

from sti_methods.composite.unfit import Unfit
from sti_methods.late import Late
from sti_methods.pipeline.surviving import Survival, kaplan_meier

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

norm = Late("scipy.stats", "norm")

STAGES = ("identify", "create", "validate", "develop", "deploy")
Kind = Literal["enter", "stop", "hold", "resume", "done", "leave"]
KINDS: tuple[Kind, ...] = get_args(Kind)
End = Literal["passed", "back", "stopped", "left", "open"]
ENDS: tuple[End, ...] = get_args(End)
FINAL: frozenset[Kind] = frozenset({"stop", "done", "leave"})
# So far work in progress may be from throughput times cycle time before it is said.
LARGEST_GAP = 0.2


@dataclass(frozen=True, kw_only=True)
class Move:
    """What happened to an item, ``at`` in days from any beginning.

    ``enter`` (a stage), ``hold`` and ``resume``, and one of the ends: ``stop``, ``done`` (the
    last stage is over), ``leave`` (merged, split, spun out, transferred: no verdict).
    """

    item: str
    at: float
    kind: Kind
    stage: str = ""


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One stay of an item in a stage; ``days`` with those on hold, which are ``held``.

    ``end``: how it ended: ``passed`` forward (or done), ``back``, ``stopped``, ``left``, or
    ``open``: still there.
    """

    item: str
    stage: str
    since: float
    days: float
    held: float
    end: End


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One stage. Counts are of items; an item that came back counts once, by how it fared.

    ``conversion``: passed of those decided (passed, back or stopped), with Wilson's bounds; None
    where none is. ``time``: of all visits, open and left ones censored; None without a visit.
    """

    stage: str
    entered: int
    ends: Mapping[End, int]
    conversion: float | None
    conversion_low: float | None
    conversion_high: float | None
    visits: int
    returns: int
    held: float
    time: Survival | None


@dataclass(frozen=True, kw_only=True)
class Flow:
    """Whether work in progress is throughput times cycle time (Little's law), in a window.

    ``work``: items in the pipeline on average; ``arrivals`` and ``departures`` a day;
    ``cycle``: mean days of those that departed; ``expected``: departures times cycle;
    ``gap``: (expected - work) / work. It is 0 where the pipeline is empty at both ends.
    ``settled``: the gap is small, so that one of the three may be told from the others.
    """

    since: float
    until: float
    work: float
    arrivals: float
    departures: float
    cycle: float | None
    expected: float | None
    gap: float | None
    settled: bool


@dataclass(frozen=True, kw_only=True)
class Measured:
    """``stop_rate``: stopped of all that ended by stop or done; ``stops`` by stage."""

    stages: tuple[Stage, ...]
    flow: Flow
    items: int
    done: int
    stopped: int
    open: int
    stop_rate: float | None
    stops: Mapping[str, int]


class Misplaced(ValueError):  # noqa: N818 -- a refusal of the input
    """A move that cannot be: ``kind`` and its place among the moves.

    Kinds: ``stage`` (not known, or missing), ``before`` (nothing was entered yet), ``after``
    (it had ended), ``same`` (it is in that stage already), ``held``, ``not_held``, ``time``
    (not a number, or after the end of the window).
    """

    def __init__(self, kind: str, place: int) -> None:
        super().__init__(f"{kind} at {place}")
        self.kind, self.place = kind, place


def visits(moves: Sequence[Move], *, until: float, stages: Sequence[str] = STAGES) -> tuple[Visit, ...]:  # fmt: skip
    """Follow every item through its moves, in time and, at one time, in the order given.

    Raises ``Misplaced`` for the first move that cannot be.
    """
    order = {name: at for at, name in enumerate(stages)}
    by_item: dict[str, list[tuple[float, int, Move]]] = {}
    for place, move in enumerate(moves):
        if not move.at <= until:
            raise Misplaced("time", place)
        by_item.setdefault(move.item, []).append((move.at, place, move))
    found: list[Visit] = []
    for item, told in by_item.items():
        walk = _Walk(item, order)
        for _at, place, move in sorted(told, key=lambda one: one[:2]):
            walk.take(move, place)
        found += walk.ended(until)
    return tuple(found)


class _Walk:
    def __init__(self, item: str, order: Mapping[str, int]) -> None:
        self.item, self.order = item, order
        self.found: list[Visit] = []
        self.stage, self.since, self.held = "", 0.0, 0.0
        self.paused: float | None = None
        self.over = False

    def take(self, move: Move, place: int) -> None:
        if self.over:
            raise Misplaced("after", place)
        if move.kind == "enter":
            if move.stage not in self.order:
                raise Misplaced("stage", place)
            if move.stage == self.stage:
                raise Misplaced("same", place)
            if self.stage:
                forward = self.order[move.stage] > self.order[self.stage]
                self._close(move.at, "passed" if forward else "back")
            self.stage, self.since, self.held = move.stage, move.at, 0.0
            return
        if not self.stage:
            raise Misplaced("before", place)
        if move.kind in {"hold", "resume"}:
            self._pause(move, place)
            return
        ends: dict[Kind, End] = {"stop": "stopped", "done": "passed", "leave": "left"}
        self._close(move.at, ends[move.kind])
        self.over = True

    def _pause(self, move: Move, place: int) -> None:
        if move.kind == "hold":
            if self.paused is not None:
                raise Misplaced("held", place)
            self.paused = move.at
            return
        if self.paused is None:
            raise Misplaced("not_held", place)
        self.held += move.at - self.paused
        self.paused = None

    def ended(self, until: float) -> list[Visit]:
        if not self.over and self.stage:
            self._close(until, "open")
        return self.found

    def _close(self, at: float, end: End) -> None:
        held = self.held + (at - self.paused if self.paused is not None else 0.0)
        self.paused = None
        self.found.append(
            Visit(
                item=self.item,
                stage=self.stage,
                since=self.since,
                days=at - self.since,
                held=held,
                end=end,
            )
        )


def measure(
    moves: Sequence[Move],
    *,
    until: float,
    since: float | None = None,
    stages: Sequence[str] = STAGES,
    level: float = 0.95,
) -> Measured:
    """Measure a pipeline from its moves up to the day ``until``.

    ``since``: from when on the flow is looked at (the first move). Raises ``Misplaced``;
    ``Unfit`` ``few_units`` without a move, ``no_window`` where ``since`` is not before
    ``until``. Cost: sorting.
    """
    if not moves:
        raise Unfit("few_units", units=0)
    walked = visits(moves, until=until, stages=stages)
    first = min(move.at for move in moves) if since is None else since
    if not first < until:
        raise Unfit("no_window", since=first, until=until)
    last: dict[str, Visit] = {one.item: one for one in walked}
    done = sum(one.end == "passed" for one in last.values())
    stops = Counter(one.stage for one in last.values() if one.end == "stopped")
    stopped = sum(stops.values())
    order = {name: at for at, name in enumerate(stages)}
    return Measured(
        stages=tuple(_stage(name, walked, order, level) for name in stages),
        flow=_flow(walked, first, until),
        items=len(last),
        done=done,
        stopped=stopped,
        open=sum(one.end == "open" for one in last.values()),
        stop_rate=stopped / (stopped + done) if stopped + done else None,
        stops={name: stops[name] for name in stages},
    )


def _stage(
    name: str, walked: Sequence[Visit], order: Mapping[str, int], level: float
) -> Stage:
    here = [one for one in walked if one.stage == name]
    fared: dict[str, End] = {}
    for one in here:
        # Whoever passed once has passed, whatever came later; else the last visit tells.
        if fared.get(one.item) != "passed":
            fared[one.item] = one.end
    first: dict[str, float] = {}
    for one in here:
        first.setdefault(one.item, one.since)
    for one in walked:  # it came back here and went around
        later = one.item in first and one.since > first[one.item]
        if later and order[one.stage] > order[name]:
            fared[one.item] = "passed"
    ends = {end: sum(told == end for told in fared.values()) for end in ENDS}
    decided = ends["passed"] + ends["back"] + ends["stopped"]
    low, high = wilson(ends["passed"], decided, level=level) if decided else (None, None)  # fmt: skip
    return Stage(
        stage=name,
        entered=len(fared),
        ends=ends,
        conversion=ends["passed"] / decided if decided else None,
        conversion_low=low,
        conversion_high=high,
        visits=len(here),
        returns=len(here) - len(fared),
        held=sum(one.held for one in here),
        time=kaplan_meier(
            [one.days for one in here],
            [one.end not in {"open", "left"} for one in here],
            level=level,
        )
        if here
        else None,
    )


def _flow(walked: Sequence[Visit], since: float, until: float) -> Flow:
    spans: dict[str, tuple[float, float, bool]] = {}
    for one in walked:
        begun = spans[one.item][0] if one.item in spans else one.since
        spans[one.item] = (begun, one.since + one.days, one.end != "open")
    window = until - since
    work = sum(
        max(min(end, until) - max(begun, since), 0.0)
        for begun, end, _gone in spans.values()
    )
    work /= window
    gone = [end - begun for begun, end, left in spans.values() if left and end >= since]
    cycle = sum(gone) / len(gone) if gone else None
    departures = len(gone) / window
    expected = None if cycle is None else departures * cycle
    gap = None if expected is None or not work else (expected - work) / work
    return Flow(
        since=since,
        until=until,
        work=work,
        arrivals=sum(since <= begun <= until for begun, _e, _g in spans.values()) / window,
        departures=departures,
        cycle=cycle,
        expected=expected,
        gap=gap,
        settled=gap is not None and abs(gap) <= LARGEST_GAP,
    )  # fmt: skip


def wilson(count: int, of: int, *, level: float = 0.95) -> tuple[float, float]:
    """Bounds of a part. Raises ``Unfit`` ``few_units`` of nothing."""
    if not 0 <= count <= of or not of:
        raise Unfit("few_units", units=of)
    z = float(norm.ppf((1 + level) / 2))
    part = count / of
    centre = part + z**2 / (2 * of)
    wide = z * sqrt(part * (1 - part) / of + z**2 / (4 * of**2))
    whole = 1 + z**2 / of
    return max((centre - wide) / whole, 0.0), min((centre + wide) / whole, 1.0)
