"""A regime as a simulation: its table, its assumptions, the working days from a date."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sti_methods.scheduling import Problem, Result, Route, Stage, simulate

from opensti.domains.procedures.choices import END_STATES, Track
from opensti.kernel.periods import is_working_day

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from opensti.domains.procedures.regimes.format import Regime
    from opensti.kernel.periods import Calendar

HORIZON_DAYS = 4 * 365
USUAL = (1.0, 2.0, 5.0)


def simulate_regime(
    regime: Regime,
    *,
    start: date,
    calendar: Calendar,
    track: Track = Track.DOSSIER,
    runs: int = 200,
    seed: int = 1,
    progress: Callable[[int], None] | None = None,
) -> Result:
    """Return how long cases of a track take from a day on, and where they wait.

    ``progress`` is told the number of runs done; it changes nothing of the result.

    What the file does not assume is taken as one to five working days, and as equal
    chances; the figures are as good as the assumptions.
    """
    return simulate(
        simulation_problem(
            regime, start=start, calendar=calendar, track=track, runs=runs, seed=seed
        ),
        progress=progress,
    )


def simulation_problem(
    regime: Regime,
    *,
    start: date,
    calendar: Calendar,
    track: Track,
    runs: int,
    seed: int,
) -> Problem:
    assumed, table = regime.assumptions, regime.track(track)
    times = {t.stage: t for t in assumed.stages if t.track is track}
    stages = []
    for stage in table.stages:
        time = times.get(stage.id)
        least, likely, most = (
            (float(time.least), float(time.likely), float(time.most)) if time else USUAL
        )
        stages.append(
            Stage(
                id=stage.id,
                pool=stage.owner.value,
                least=least,
                likely=likely,
                most=most,
                meets_every=time.meets_every if time else 0,
                final=stage.state in END_STATES[track],
            )
        )
    pools = {s.pool: 1 for s in stages}
    pools |= {w.role.value: w.servers for w in assumed.workloads}
    days = (start + timedelta(days=n) for n in range(HORIZON_DAYS))
    return Problem(
        stages=tuple(stages),
        routes=_routes(regime, track),
        pools=tuple(sorted(pools.items())),
        start=table.initial,
        cases_per_year=assumed.cases_per_year,
        days=tuple(d.toordinal() for d in days if is_working_day(d, calendar)),
        runs=runs,
        seed=seed,
    )


def _routes(regime: Regime, track: Track) -> tuple[Route, ...]:
    table = regime.track(track)
    chances = {
        (c.stage, c.act): float(c.percent)
        for c in regime.assumptions.chances
        if c.track is track
    }
    assumed = {stage for stage, _act in chances}
    ends = {s.id for s in table.stages if s.state in END_STATES[track]}
    routes = []
    for step in table.transitions:
        for origin in step.from_:
            usual = 0.0 if origin in assumed or origin in ends else 1.0
            weight = chances.get((origin, step.act), usual)
            if weight > 0 and step.by:
                routes.append(Route(origin=origin, target=step.to, weight=weight))
    return tuple(routes)
