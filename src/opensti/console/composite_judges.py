"""Files of ``opensti composite ahp`` and ``budget``: comparisons and points, row by row."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from sti_methods.composite import Unfit
from sti_methods.composite.judging import Hierarchy, ahp_weights
from sti_methods.composite.weighting import Budget, budget_weights

from opensti.console.panels_files import Findings
from opensti.domains.strategies.queries.analysis_words import words_of
from opensti.kernel.refusals import Invalid
from opensti.kernel.spreadsheets import open_table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["read_comparisons", "read_points"]

JUDGE, CODE, EXPERT = "judge", "code", "expert"


def rows_of(path: Path, found: Findings) -> list[tuple[int, Mapping[str, Any]]]:
    """The rows of a CSV or XLSX table with their numbers; what is wrong is noted."""
    rows = []
    try:
        for row in open_table(path).rows:
            for problem in row.problems:
                what = f"{problem.message} {problem.mend}".strip()
                found.add(path, row.number, str(problem.field or 1), what)
            rows.append((row.number, row.values))
    except Invalid as refusal:
        for problem in refusal.problems:
            found.add(path, 1, "1", f"{problem.message} {problem.mend}".strip())
    return rows


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def _number(cell: Any) -> float:
    """A number or a fraction like 1/3; NaN where it is neither."""
    said = _text(cell)
    if isinstance(cell, bool) or not said.isascii() or "_" in said:
        return math.nan
    if isinstance(cell, int | float):
        return float(cell)
    try:
        return float(Fraction(said)) if "/" in said else float(said)
    except (ValueError, ZeroDivisionError):
        return math.nan


@dataclass
class _Matrix:
    """Rows of one judge, and where each stands."""

    row: int
    cells: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)


def read_comparisons(path: Path, *, accept_inconsistent: bool) -> Hierarchy:
    """Weights from a table of ``code`` and a column for each code, and perhaps ``judge``.

    An empty cell is the reciprocal of the one across the diagonal, and 1 on it.
    """
    found = Findings()
    rows = rows_of(path, found)
    found.stop()
    if not rows:
        found.add(path, 2, CODE, words_of(Unfit("no_judges")))
        found.stop()
    columns = [str(name) for name in rows[0][1]]
    if CODE not in columns:
        found.add(path, 1, CODE, words_of(Unfit("no_column")))
        found.stop()
    codes = [name for name in columns if name and name not in {JUDGE, CODE}]
    judges = _by_judge(rows, codes, path, found)
    matrices = {
        judge: _matrix_of(matrix, codes, path, found)
        for judge, matrix in judges.items()
    }
    found.stop()
    try:
        return ahp_weights(
            matrices=matrices, codes=codes, accept_inconsistent=accept_inconsistent
        )
    except Unfit as refusal:
        for fault in refusal.all:
            _note_comparison(fault, judges, path, found)
        found.stop()
        raise


def _by_judge(
    rows: list[tuple[int, Mapping[str, Any]]],
    codes: list[str],
    path: Path,
    found: Findings,
) -> dict[str, _Matrix]:
    judges: dict[str, _Matrix] = {}
    for number, values in rows:
        judge, code = _text(values.get(JUDGE)), _text(values.get(CODE))
        matrix = judges.setdefault(judge, _Matrix(number))
        if not code:
            found.add(path, number, CODE, words_of(Unfit("no_code")))
        elif code not in codes:
            found.add(path, number, CODE, words_of(Unfit("row_unknown", code=code)))
        elif code in matrix.cells:
            found.add(path, number, CODE, words_of(Unfit("row_twice", code=code)))
        else:
            matrix.cells[code], matrix.rows[code] = values, number
    for matrix in judges.values():
        for code in codes:
            if code not in matrix.cells and not found.count:
                what = words_of(Unfit("row_missing", code=code))
                found.add(path, matrix.row, CODE, what)
    found.stop()
    return judges


def _matrix_of(
    matrix: _Matrix, codes: list[str], path: Path, found: Findings
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    size = len(codes)
    stated = np.full((size, size), np.nan)
    empty = np.zeros((size, size), dtype=bool)
    for i, code in enumerate(codes):
        for j, other in enumerate(codes):
            cell = matrix.cells[code].get(other)
            empty[i, j] = not _text(cell)
            stated[i, j] = _number(cell)
    for i, j in np.argwhere(empty):
        if i == j:
            stated[i, j] = 1.0
        elif not empty[j, i] and stated[j, i] > 0:
            stated[i, j] = 1 / stated[j, i]
    for i, j in np.argwhere(~np.isfinite(stated)):
        what = words_of(Unfit("no_number"))
        found.add(path, matrix.rows[codes[i]], codes[j], what)
    return stated


def _note_comparison(
    fault: Unfit, judges: Mapping[str, _Matrix], path: Path, found: Findings
) -> None:
    about = fault.about
    matrix = judges.get(str(about.get("judge", "")))
    kind = ""
    if matrix is None:
        kind = "inconsistent_together" if fault.kind == "inconsistent" else ""
        row = 1
    else:
        row = matrix.rows.get(str(about.get("row", "")), matrix.row)
    column = str(about.get("column", CODE))
    found.add(path, row, column, words_of(fault, kind=kind))


def read_points(path: Path) -> Budget:
    """Weights from a table of ``expert`` and a column of points for each criterion."""
    found = Findings()
    rows = rows_of(path, found)
    found.stop()
    if not rows:
        found.add(path, 2, EXPERT, words_of(Unfit("no_experts")))
        found.stop()
    columns = [str(name) for name in rows[0][1]]
    if EXPERT not in columns:
        found.add(path, 1, EXPERT, words_of(Unfit("no_column")))
        found.stop()
    codes = [name for name in columns if name and name != EXPERT]
    experts: dict[str, int] = {}
    points = []
    for number, values in rows:
        expert = _text(values.get(EXPERT))
        if not expert:
            found.add(path, number, EXPERT, words_of(Unfit("no_expert")))
        elif expert in experts:
            what = words_of(Unfit("expert_twice", expert=expert))
            found.add(path, number, EXPERT, what)
        else:
            experts[expert] = number
            points.append([_number(values.get(code)) for code in codes])
    found.stop()
    try:
        return budget_weights(
            points=np.array(points).reshape(len(points), len(codes)),
            experts=tuple(experts),
            codes=codes,
        )
    except Unfit as refusal:
        for fault in refusal.all:
            about = fault.about
            row = experts.get(str(about.get("expert", "")), 1)
            kind = "no_points" if fault.kind == "no_number" else ""
            column = str(about.get("code", EXPERT))
            found.add(path, row, column, words_of(fault, kind=kind))
        found.stop()
        raise
