"""Linear and mixed-integer programmes, solved by HiGHS.

HiGHS is the one inside SciPy: the libraries of ``highspy`` and ``ortools`` bear one name and
cannot be loaded by one process. Work is limited by nodes, so that a run repeats on a slower
machine.
"""

from __future__ import annotations

import ctypes
import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["Answer", "Block", "Programme", "pair_block", "quiet"]

# A floor holds to the last digit: one unit of a whole score stands well above the solver's
# tolerance of 1e-6.
UNIT = 1e-5
# PDLP: steps at most, and how near both ends are to each other.
ROUNDS, NEAR = 20_000, 1e-5
_OPTIMAL, _INFEASIBLE = 0, 2


@contextmanager
def quiet() -> Iterator[None]:
    """Keep what compiled libraries print to the process's own output out of it.

    HiGHS prints a line now and then whatever its options say. For a command whose output
    others read: all of the process's output is dropped meanwhile, so threads must not write.
    """
    sys.stdout.flush()
    library = ctypes.CDLL(None)
    library.fflush(None)
    kept = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        # What waits in C's buffer would appear after all.
        library.fflush(None)
        os.dup2(kept, 1)
        os.close(nowhere)
        os.close(kept)


@dataclass(frozen=True, kw_only=True, eq=False)
class Block:
    """Rows ``least ≤ sum of value · column ≤ most``; entries as (row, column, value)."""

    row: NDArray[np.int64]
    column: NDArray[np.int64]
    value: NDArray[np.float64]
    least: NDArray[np.float64]
    most: NDArray[np.float64]


def pair_block(
    row: NDArray[np.int64],
    least: NDArray[np.int64] | NDArray[np.float64],
    most: NDArray[np.int64] | NDArray[np.float64],
    value: NDArray[np.float64] | None = None,
) -> Block:
    """Return rows in which column i stands in row ``row[i]``; -1 is nowhere."""
    column = np.flatnonzero(row >= 0)
    return Block(
        row=row[column],
        column=column,
        value=np.ones(column.size) if value is None else value[column],
        least=least.astype(np.float64),
        most=most.astype(np.float64),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Answer:
    """What HiGHS found; ``x`` None is nothing. ``row_dual`` only without whole numbers."""

    x: NDArray[np.float64] | None
    value: float
    bound: float
    optimal: bool
    infeasible: bool
    row_dual: NDArray[np.float64] | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Programme:
    """Maximise ``value · x`` with ``lower ≤ x ≤ upper`` and the rows of the blocks."""

    value: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    whole: NDArray[np.bool_]
    blocks: tuple[Block, ...]

    def solve(
        self,
        *,
        gap: float = 0.0,
        nodes: int | None = None,
        seconds: float | None = None,
    ) -> Answer:
        """Return the best whole ``x``, within ``gap`` (relative) of the bound."""
        from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 -- slow; flows need none of it

        if self.value.size == 0:
            return self._empty()
        matrix, least, most = self.matrix()
        limits = {"node_limit": nodes, "time_limit": seconds}
        options: Any = {
            "mip_rel_gap": gap,
            **{key: limit for key, limit in limits.items() if limit is not None},
        }
        result = milp(
            -self.value,
            integrality=self.whole.astype(np.int64),
            bounds=Bounds(self.lower, self.upper),
            constraints=LinearConstraint(matrix, least, most),
            options=options,
        )
        x = None if result.x is None else np.asarray(result.x)
        bound = result.get("mip_dual_bound")
        return Answer(
            x=x,
            value=-np.inf if x is None else float(self.value @ x),
            bound=np.inf if bound is None else -float(bound),
            optimal=result.status == _OPTIMAL,
            infeasible=result.status == _INFEASIBLE,
        )

    def relax(self, *, interior: bool = False, seconds: float | None = None) -> Answer:
        """Return the best ``x`` in fractions, with what each row's limit is worth."""
        from scipy.optimize import linprog  # noqa: PLC0415
        from scipy.sparse import vstack  # noqa: PLC0415

        if self.value.size == 0:
            return self._empty()
        matrix, least, most = self.matrix()
        same = least == most
        up, down = ~same & np.isfinite(most), ~same & np.isfinite(least)
        method: Any = "highs-ipm" if interior else "highs-ds"
        bounds: Any = np.stack([self.lower, self.upper], axis=1)
        result: Any = linprog(
            -self.value,
            A_ub=vstack([matrix[up], -matrix[down]], format="csr"),
            b_ub=np.concatenate([most[up], -least[down]]),
            A_eq=matrix[same],
            b_eq=least[same],
            bounds=bounds,
            method=method,
            options={} if seconds is None else {"time_limit": seconds},
        )
        if result.x is None or result.status != _OPTIMAL:
            return Answer(
                x=None,
                value=-np.inf,
                bound=np.inf,
                optimal=False,
                infeasible=result.status == _INFEASIBLE,
            )
        dual = np.zeros(least.size)
        dual[same] = -result.eqlin.marginals
        split = int(up.sum())
        dual[up] -= result.ineqlin.marginals[:split]
        dual[down] += result.ineqlin.marginals[split:]
        value = float(self.value @ result.x)
        return Answer(
            x=result.x,
            value=value,
            bound=value,
            optimal=True,
            infeasible=False,
            row_dual=dual,
        )

    def approximate(self, *, seconds: float | None = None) -> Answer:
        """Return nearly best ``x`` in fractions and nearly right prices, at any size.

        PDLP (Applegate et al. 2021): whatever its prices are, they give a valid bound to whoever
        evaluates them exactly.
        """
        from ortools.pdlp.python import pdlp  # noqa: PLC0415
        from ortools.pdlp.solvers_pb2 import PrimalDualHybridGradientParams  # noqa: PLC0415
        from scipy.sparse import csc_matrix  # noqa: PLC0415

        matrix, least, most = self.matrix()
        question = pdlp.QuadraticProgram()
        question.objective_vector = -self.value
        question.constraint_matrix = csc_matrix(matrix)
        question.constraint_lower_bounds, question.constraint_upper_bounds = least, most
        question.variable_lower_bounds = self.lower
        question.variable_upper_bounds = self.upper
        settings = PrimalDualHybridGradientParams()
        settings.num_threads, settings.verbosity_level = 1, 0
        ends = settings.termination_criteria
        ends.iteration_limit = ROUNDS
        if seconds is not None:
            ends.time_sec_limit = seconds
        ends.simple_optimality_criteria.eps_optimal_relative = NEAR
        ends.simple_optimality_criteria.eps_optimal_absolute = NEAR
        result = pdlp.primal_dual_hybrid_gradient(question, settings)
        x = np.asarray(result.primal_solution)
        value = float(self.value @ x)
        return Answer(
            x=x,
            value=value,
            bound=value,
            optimal=False,
            infeasible=False,
            row_dual=-np.asarray(result.dual_solution),
        )

    def priced(self, row_dual: NDArray[np.float64]) -> NDArray[np.float64]:
        """What the rows' prices make each column cost."""
        return np.asarray(self.matrix()[0].T @ row_dual)

    def _empty(self) -> Answer:
        """Nothing is open: either all rows hold as they are, or none can."""
        holds = all(((b.least <= 0) & (b.most >= 0)).all() for b in self.blocks)
        rows = sum(b.least.size for b in self.blocks)
        return Answer(
            x=np.zeros(0) if holds else None,
            value=0.0 if holds else -np.inf,
            bound=0.0 if holds else -np.inf,
            optimal=holds,
            infeasible=not holds,
            row_dual=np.zeros(rows),
        )

    def matrix(
        self,
    ) -> tuple[Any, NDArray[np.float64], NDArray[np.float64]]:
        from scipy.sparse import csr_array  # noqa: PLC0415

        offset, rows = 0, []
        for block in self.blocks:
            rows.append(block.row + offset)
            offset += block.least.size
        entries = (
            np.concatenate([b.value for b in self.blocks]),
            (np.concatenate(rows), np.concatenate([b.column for b in self.blocks])),
        )
        return (
            csr_array(entries, shape=(offset, self.value.size)),
            np.concatenate([b.least for b in self.blocks]),
            np.concatenate([b.most for b in self.blocks]),
        )
