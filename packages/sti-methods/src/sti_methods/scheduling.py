"""How long will it take, and where does it wait? A seeded Monte-Carlo of a procedure.

Cases arrive over a year, wait for a free pair of hands of the stage's pool (first come,
first served) or for the next meeting, are worked on for a triangular number of working
days, and go on by chance. Discrete-event simulation, see Banks et al., *Discrete-Event
System Simulation*, ch. 3. Cost: O(runs · cases · steps · log). Unit: working days; the
times reported are calendar days, read off the list of working days handed in.
"""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections import defaultdict, deque
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Problem", "Result", "Route", "Stage", "StageTimes", "simulate"]

MOST_STEPS = 200


@dataclass(frozen=True, kw_only=True)
class Stage:
    """``meets_every`` working days a meeting takes all that wait; 0 = a pool's work."""

    id: str
    pool: str
    least: float
    likely: float
    most: float
    meets_every: int = 0
    final: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.least <= self.likely <= self.most:
            raise ValueError(f"{self.id}: least ≤ likely ≤ most is required.")


@dataclass(frozen=True, kw_only=True)
class Route:
    """With this weight a case goes from one stage to another."""

    origin: str
    target: str
    weight: float


@dataclass(frozen=True, kw_only=True)
class Problem:
    """``pools``: (name, people). ``days``: ordinals of the working days from the start."""

    stages: tuple[Stage, ...]
    routes: tuple[Route, ...]
    pools: tuple[tuple[str, int], ...]
    start: str
    cases_per_year: int
    days: tuple[int, ...]
    runs: int = 200
    seed: int = 1

    def __post_init__(self) -> None:
        known = {s.id for s in self.stages}
        named = {self.start} | {p for r in self.routes for p in (r.origin, r.target)}
        if not named <= known:
            raise ValueError(f"Unknown stages: {sorted(named - known)}.")
        if self.runs < 1 or self.cases_per_year < 1 or len(self.days) < 2:  # noqa: PLR2004
            raise ValueError("At least one run, one case and two working days.")
        if any(n < 1 for _name, n in self.pools):
            raise ValueError("A pool needs at least one person.")


@dataclass(frozen=True, kw_only=True)
class StageTimes:
    """Calendar days in a stage; ``waiting`` is the median wait, ``share`` of all waiting."""

    id: str
    visits: int
    median: float
    p90: float
    waiting: float
    waiting_p90: float
    share: float


@dataclass(frozen=True, kw_only=True)
class Result:
    """Times from start to end, per stage, and where cases end; the seed repeats it."""

    stages: tuple[StageTimes, ...]
    median: float
    p90: float
    ends: tuple[tuple[str, float], ...]
    finished: int
    unfinished: int
    waits_most_at: str
    seed: int
    runs: int


def simulate(
    problem: Problem, *, progress: Callable[[int], None] | None = None
) -> Result:
    """Run the procedure ``runs`` times and return medians and 90 % marks.

    ``progress`` is called after each run with the number of runs done.
    """
    rng = np.random.default_rng(problem.seed)
    seen = _Seen(problem.days)
    for run in range(problem.runs):
        _Run(problem, rng, seen).go()
        if progress is not None:
            progress(run + 1)
    return seen.result(problem)


class _Seen:
    """What was measured, in calendar days."""

    def __init__(self, days: tuple[int, ...]) -> None:
        self.days = days
        self.mean_gap = (days[-1] - days[0]) / (len(days) - 1)
        self.inside: dict[str, list[float]] = defaultdict(list)
        self.waits: dict[str, list[float]] = defaultdict(list)
        self.whole: list[float] = []
        self.ends: dict[str, int] = defaultdict(int)
        self.unfinished = 0

    def date(self, t: float) -> float:
        """A working-day time as a point on the calendar; beyond the list, by the mean."""
        place = int(t)
        if place + 1 >= len(self.days):
            return self.days[-1] + (t - (len(self.days) - 1)) * self.mean_gap
        gap = self.days[place + 1] - self.days[place]
        return self.days[place] + (t - place) * gap

    def between(self, a: float, b: float) -> float:
        return self.date(b) - self.date(a)

    def result(self, problem: Problem) -> Result:
        waited = {k: sum(v) for k, v in self.waits.items()}
        all_waiting = sum(waited.values()) or 1.0
        stages = tuple(
            StageTimes(
                id=s.id,
                visits=len(self.inside[s.id]),
                median=_mark(self.inside[s.id], 50),
                p90=_mark(self.inside[s.id], 90),
                waiting=_mark(self.waits[s.id], 50),
                waiting_p90=_mark(self.waits[s.id], 90),
                share=round(waited.get(s.id, 0.0) / all_waiting, 4),
            )
            for s in problem.stages
            if self.inside[s.id]
        )
        finished = len(self.whole)
        return Result(
            stages=stages,
            median=_mark(self.whole, 50),
            p90=_mark(self.whole, 90),
            ends=tuple(
                (name, round(n / max(finished, 1), 4))
                for name, n in sorted(self.ends.items())
            ),
            finished=finished,
            unfinished=self.unfinished,
            waits_most_at=max(waited, key=lambda k: waited[k], default=""),
            seed=problem.seed,
            runs=problem.runs,
        )


def _mark(values: list[float], percent: int) -> float:
    return round(float(np.percentile(values, percent)), 1) if values else 0.0


@dataclass
class _Case:
    arrived: float
    stage: str = ""
    entered: float = 0.0
    started: float = 0.0
    steps: int = 0


class _Run:
    """One year of arrivals, worked off to the end."""

    def __init__(self, problem: Problem, rng: np.random.Generator, seen: _Seen) -> None:
        self.problem, self.rng, self.seen = problem, rng, seen
        self.stages = {s.id: s for s in problem.stages}
        self.free = dict(problem.pools)
        self.queues: dict[str, deque[_Case]] = defaultdict(deque)
        self.heap: list[tuple[float, int, _Case]] = []
        self.number = 0
        ways: dict[str, list[Route]] = defaultdict(list)
        for route in problem.routes:
            ways[route.origin].append(route)
        self.ways = {
            origin: (
                [r.target for r in routes],
                np.cumsum([r.weight for r in routes]),
            )
            for origin, routes in ways.items()
        }

    def go(self) -> None:
        year = bisect_right(self.problem.days, self.problem.days[0] + 364)
        arrivals = np.sort(self.rng.uniform(0, year, self.problem.cases_per_year))
        for t in arrivals:
            self._push(float(t), _Case(arrived=float(t)))
        while self.heap:
            t, _number, case = heapq.heappop(self.heap)
            if case.stage:
                self._done(case, t)
            else:
                self._enter(case, self.problem.start, t)

    def _push(self, t: float, case: _Case) -> None:
        self.number += 1
        heapq.heappush(self.heap, (t, self.number, case))

    def _enter(self, case: _Case, stage_id: str, t: float) -> None:
        stage = self.stages[stage_id]
        case.stage, case.entered, case.steps = stage_id, t, case.steps + 1
        if stage.final and not self._goes_on(stage_id):
            self.seen.whole.append(self.seen.between(case.arrived, t))
            self.seen.ends[stage_id] += 1
        elif case.steps > MOST_STEPS or (not stage.final and stage_id not in self.ways):
            self.seen.unfinished += 1
        elif stage.meets_every:
            self._begin(case, ceil(t / stage.meets_every) * float(stage.meets_every))
        elif self.free.get(stage.pool, 1) > 0:
            self.free[stage.pool] = self.free.get(stage.pool, 1) - 1
            self._begin(case, t)
        else:
            self.queues[stage.pool].append(case)

    def _goes_on(self, stage_id: str) -> bool:
        """From an end some go on all the same (an objection); the rest stay."""
        _targets, cumulative = self.ways.get(stage_id, ([], np.zeros(0)))
        return bool(len(cumulative)) and self.rng.uniform(0, 100) < cumulative[-1]

    def _begin(self, case: _Case, t: float) -> None:
        stage = self.stages[case.stage]
        case.started = t
        work = stage.least
        if stage.least < stage.most:
            work = float(self.rng.triangular(stage.least, stage.likely, stage.most))
        self._push(t + work, case)

    def _done(self, case: _Case, t: float) -> None:
        stage = self.stages[case.stage]
        self.seen.inside[stage.id].append(self.seen.between(case.entered, t))
        self.seen.waits[stage.id].append(self.seen.between(case.entered, case.started))
        if not stage.meets_every:
            waiting = self.queues[stage.pool]
            if waiting:
                self._begin(waiting.popleft(), t)
            else:
                self.free[stage.pool] += 1
        targets, cumulative = self.ways[stage.id]
        place = int(np.searchsorted(cumulative, self.rng.uniform(0, cumulative[-1])))
        self._enter(case, targets[min(place, len(targets) - 1)], t)
