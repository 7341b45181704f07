"""A draw: the best probabilities under a limit, then one assignment with exactly these.

With rules of composition the draw is one of a written mixture of assignments (`mixture`); without:

Multiply sizes and loads by the denominator of the limit, and the linear programme of the
probabilities is a flow in whole numbers (Jecmen et al. 2020 solve it as a programme). An
assignment with these marginals is drawn by dependent rounding (Gandhi et al. 2006): along a
circle, or a path between two experts with broken loads, shares move up and down in turn
until one is 0 or 1; the way is chosen by chance so that every share keeps its mean. Sizes and
loads hold in every draw. Chance is SHA-256 of the seed and a counter: anyone can repeat it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from hashlib import sha256
from math import floor
from typing import TYPE_CHECKING

import numpy as np

from sti_methods.assignment.clock import Clock
from sti_methods.assignment.core import Found, Whole
from sti_methods.assignment.flow import Network
from sti_methods.assignment.infeasible import Condition, Infeasible, Relief
from sti_methods.assignment.mixture import FINEST, Lottery
from sti_methods.assignment.refusal import refusal
from sti_methods.assignment.rows import rows_of
from sti_methods.assignment.solution import panels_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from sti_methods.assignment.problem import Problem

__all__ = ["Chance", "Drawn", "draw", "probabilities"]

# Relative: a mixture so near to its bound is the best, for the weights are rounded to parts.
NEAR = 1e-6


class Chance:
    """Whole numbers by chance, from SHA-256 of ``seed``, a colon and 0, 1, 2 …"""

    def __init__(self, seed: str) -> None:
        self._seed, self._next = seed, 0

    def below(self, limit: int) -> int:
        """Return a number from 0 to ``limit - 1``, each as likely as any other."""
        room = 2**256 - 2**256 % limit
        while True:
            text = f"{self._seed}:{self._next}".encode()
            self._next += 1
            number = int.from_bytes(sha256(text).digest())
            if number < room:
                return int(number % limit)


@dataclass(frozen=True, kw_only=True, eq=False)
class Drawn:
    """A draw and the probabilities it was made with, in parts of ``denominator``."""

    found: Found
    limit: Fraction
    expected: float
    bound: float  # of the expected total
    marginals: tuple[tuple[str, str, int], ...]
    denominator: int
    mixture: tuple[tuple[int, tuple[tuple[str, ...], ...]], ...] = ()


def probabilities(
    problem: Problem, limit: Fraction
) -> tuple[NDArray[np.int64], int] | None:
    """Return the best probabilities, in parts of a denominator; None when there are none."""
    whole = Whole.of(problem, rows_of(problem))
    network = Network.of(problem, times=limit.denominator, limit=limit.numerator)
    flow = network.best(whole.score)
    return None if flow is None else (flow.carried, limit.denominator)


def limit_of(max_probability: float | Fraction | str, seed: str) -> Fraction:
    """Return the limit of a draw, not finer than a thousandth; raises ``ValueError``."""
    if not seed:
        raise ValueError("A draw needs a seed; publish its SHA-256 before.")
    stated = Fraction(str(max_probability))
    if not 0 < stated <= 1:
        raise ValueError("The largest probability must be above 0 and at most 1.")
    if stated.denominator <= FINEST:
        return stated
    if stated < Fraction(1, FINEST):
        raise ValueError(f"The largest probability must be 1/{FINEST} at least.")
    return Fraction(floor(stated * FINEST), FINEST)


def draw(
    problem: Problem,
    *,
    max_probability: float | Fraction | str,
    seed: str,
    clock: Clock | None = None,
) -> Drawn:
    """Draw an assignment in which no open pair is likelier than ``max_probability``.

    Without rules of composition by rounding, with them from a mixture; only the search for that
    ends by the clock.

    Raises
    ------
    ValueError
        No seed is given, or the limit is not in (0, 1].
    Infeasible
        Sizes and loads cannot be met, or not under this limit.
    """
    limit = limit_of(max_probability, seed)
    if not problem.pure:
        return _from_mixture(problem, limit, seed, clock or Clock())
    given = probabilities(problem, limit)
    if given is None:
        raise refusal(problem, rows_of(problem)) or _too_low(problem, limit)
    shares, parts = given
    whole = Whole.of(problem, rows_of(problem))
    best = probabilities(problem, Fraction(1))
    assert best is not None  # noqa: S101 -- a lower limit allows no more
    chosen = rounded(problem, shares.copy(), parts, Chance(seed).below)
    expected = int(shares @ whole.score) / parts / whole.scale
    return Drawn(
        found=Found(chosen=chosen, bound=int(best[0] @ whole.score), optimal=True),
        limit=limit,
        expected=expected,
        bound=expected,
        marginals=_listed(problem, shares),
        denominator=parts,
    )


def _listed(
    problem: Problem, shares: NDArray[np.int64]
) -> tuple[tuple[str, str, int], ...]:
    return tuple(
        (
            problem.experts[problem.expert[i]],
            problem.proposals[problem.proposal[i]],
            int(shares[i]),
        )
        for i in np.flatnonzero(shares)
    )


def _from_mixture(problem: Problem, limit: Fraction, seed: str, clock: Clock) -> Drawn:
    """Draw one of the assignments of the best mixture, by its weight."""
    whole = Whole.of(problem, rows_of(problem))
    mixed = Lottery(whole=whole, limit=limit, clock=clock).run()
    chosen = mixed.at(Chance(seed).below(mixed.parts))
    shares = mixed.shares()
    expected = float(Fraction(int(shares.astype(object) @ whole.score), mixed.parts))
    expected /= whole.scale
    bound = max(mixed.bound, expected)
    near = bound - expected <= NEAR * max(1.0, abs(bound))
    return Drawn(
        found=replace(mixed.best, chosen=chosen, optimal=near),
        limit=limit,
        expected=expected,
        bound=bound,
        marginals=_listed(problem, shares),
        denominator=mixed.parts,
        mixture=tuple(
            (weight, panels_of(problem, one))
            for weight, one in zip(mixed.weights, mixed.chosen, strict=True)
        ),
    )


def _too_low(problem: Problem, limit: Fraction) -> Infeasible:
    """The limit alone is in the way: say the least one that is not."""
    low, high = floor(limit * FINEST), FINEST
    while low + 1 < high:
        middle = (low + high) // 2
        if probabilities(problem, Fraction(middle, FINEST)) is None:
            low = middle
        else:
            high = middle
    return Infeasible(
        (Condition(kind="probability"),),
        (Relief(kind="probability", stated=floor(limit * FINEST), needed=high),),
    )


def rounded(
    problem: Problem,
    shares: NDArray[np.int64],
    parts: int,
    below: Callable[[int], int],
) -> NDArray[np.bool_]:
    """Round shares (in ``parts``) to 0 or all, each up with its own probability."""
    n = len(problem.experts)
    ends = [problem.expert.tolist(), (problem.proposal + n).tolist()]
    share = shares.tolist()
    broken = np.flatnonzero((shares > 0) & (shares < parts))
    touching: list[dict[int, None]] = [{} for _ in range(n + len(problem.proposals))]
    for i in broken.tolist():
        touching[ends[0][i]][i] = None
        touching[ends[1][i]][i] = None

    def other(arc: int, node: int) -> int:
        here, there = ends[0][arc], ends[1][arc]
        return int(there if here == node else here)

    for first in broken.tolist():
        while 0 < share[first] < parts:
            path = _walk(first, touching, other, ends)
            up = path[0::2]
            down = path[1::2]
            plus = min([parts - share[i] for i in up] + [share[i] for i in down])
            minus = min([share[i] for i in up] + [parts - share[i] for i in down])
            step = plus if below(plus + minus) < minus else -minus
            for i, sign in [(i, 1) for i in up] + [(i, -1) for i in down]:
                share[i] += sign * step
                if share[i] in {0, parts}:
                    del touching[ends[0][i]][i]
                    del touching[ends[1][i]][i]
    return np.array([part == parts for part in share], dtype=bool)


def _walk(
    first: int,
    touching: list[dict[int, None]],
    other: Callable[[int, int], int],
    ends: list[list[int]],
) -> list[int]:
    """Return a circle of broken arcs, or a path that can go no further at both ends."""
    path, node = [first], ends[1][first]
    start = ends[0][first]
    for _ in range(2):
        seen = {start: 0}
        at = start
        for place, arc in enumerate(path, 1):
            at = other(arc, at)
            seen[at] = place
        node = at
        while True:
            last = path[-1]
            step = next((arc for arc in touching[node] if arc != last), None)
            if step is None:
                break
            node = other(step, node)
            path.append(step)
            if node in seen:
                return path[seen[node] :]
            seen[node] = len(path)
        # This way is at its end: turn round and go on from where it began.
        path.reverse()
        start = node
    return path
