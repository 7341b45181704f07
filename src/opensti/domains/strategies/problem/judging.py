"""Weights from people: comparisons by pairs and points, read row by row, frozen in a recipe.

Loads the methods, which takes a second: import it where it is asked.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from sti_methods.composite import JUDGED, Unfit
from sti_methods.composite.judging import Hierarchy, ahp_weights
from sti_methods.composite.weighting import Budget, budget_weights

from opensti.domains.strategies.queries.analysis_words import words_of
from opensti.kernel.refusals import Invalid
from opensti.kernel.spreadsheets import MAX_ROWS, open_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from opensti.domains.strategies.models import CompositeVersion

    Rows = Sequence[tuple[int, Mapping[str, Any]]]

__all__ = ["Misjudged", "Wrong", "judged", "read_comparisons", "read_points", "rows_of"]

JUDGE, CODE, EXPERT = "judge", "code", "expert"
# What is frozen must not depend on the last digit of a machine's eigenvectors.
DIGITS = 12
AHP, BUDGET = "ahp", "budget"


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """What is wrong in a cell of the table; ``kind`` is the method's, where it refused."""

    row: int
    column: str
    what: str
    kind: str = ""


class Misjudged(Exception):  # noqa: N818 -- reads as what happened
    """A table of judgements that cannot stand, with all that is wrong in it."""

    def __init__(self, wrong: Sequence[Wrong]) -> None:
        super().__init__("; ".join(one.what for one in wrong))
        self.wrong = tuple(wrong)


@dataclass
class _Found:
    """What was found wrong so far."""

    wrong: list[Wrong] = field(default_factory=list)

    def add(self, row: int, column: str, fault: Unfit, *, kind: str = "") -> None:
        what = words_of(fault, kind=kind)
        self.wrong.append(Wrong(row=row, column=column, what=what, kind=fault.kind))

    def stop(self) -> None:
        if self.wrong:
            raise Misjudged(self.wrong)


def rows_of(path: Path, *, name: str = "", most: int = MAX_ROWS) -> Rows:
    """The rows of a CSV or XLSX table with their numbers, up to ``most`` of them.

    ``name`` is that of the file, where ``path`` has another. Raises ``Misjudged``.
    """
    rows: list[tuple[int, Mapping[str, Any]]] = []
    wrong: list[Wrong] = []
    try:
        for row in open_table(path, name=name, max_rows=most).rows:
            for problem in row.problems:
                what = f"{problem.message} {problem.mend}".strip()
                column = str(problem.field or 1)
                wrong.append(Wrong(row=row.number, column=column, what=what))
            rows.append((row.number, row.values))
    except Invalid as refusal:
        for problem in refusal.problems:
            what = f"{problem.message} {problem.mend}".strip()
            wrong.append(Wrong(row=1, column="1", what=what))
    if wrong:
        raise Misjudged(wrong)
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


def _codes(rows: Rows, first: str, empty: str, found: _Found) -> list[str]:
    """The codes that row 1 names beside ``first``; ``empty``: the fault of no rows."""
    if not rows:
        found.add(2, first, Unfit(empty))
        found.stop()
    columns = [str(name) for name in rows[0][1]]
    if first not in columns:
        found.add(1, first, Unfit("no_column"))
        found.stop()
    aside = {JUDGE, CODE} if first == CODE else {EXPERT}
    return [name for name in columns if name and name not in aside]


def read_comparisons(
    rows: Rows,
    *,
    accept_inconsistent: bool,
    names: Mapping[str, str] | None = None,
) -> Hierarchy:
    """Weights from a table of ``code`` and a column for each code, and perhaps ``judge``.

    An empty cell is the reciprocal of the one across the diagonal, and 1 on it. ``names``
    of codes stand in the words of a contradiction. Raises ``Misjudged``.
    """
    found = _Found()
    codes = _codes(rows, CODE, "no_judges", found)
    judges = _by_judge(rows, codes, found)
    matrices = {
        judge: _matrix_of(matrix, codes, found) for judge, matrix in judges.items()
    }
    found.stop()
    try:
        return ahp_weights(
            matrices=matrices, codes=codes, accept_inconsistent=accept_inconsistent
        )
    except Unfit as refusal:
        for fault in refusal.all:
            _note_comparison(fault, judges, found, names or {})
        raise Misjudged(found.wrong) from None


def _by_judge(rows: Rows, codes: list[str], found: _Found) -> dict[str, _Matrix]:
    judges: dict[str, _Matrix] = {}
    for number, values in rows:
        judge, code = _text(values.get(JUDGE)), _text(values.get(CODE))
        matrix = judges.setdefault(judge, _Matrix(number))
        if not code:
            found.add(number, CODE, Unfit("no_code"))
        elif code not in codes:
            found.add(number, CODE, Unfit("row_unknown", code=code))
        elif code in matrix.cells:
            found.add(number, CODE, Unfit("row_twice", code=code))
        else:
            matrix.cells[code], matrix.rows[code] = values, number
    for matrix in judges.values():
        for code in codes:
            if code not in matrix.cells and not found.wrong:
                found.add(matrix.row, CODE, Unfit("row_missing", code=code))
    found.stop()
    return judges


def _matrix_of(
    matrix: _Matrix, codes: list[str], found: _Found
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
        found.add(matrix.rows[codes[i]], codes[j], Unfit("no_number"))
    return stated


def _note_comparison(
    fault: Unfit,
    judges: Mapping[str, _Matrix],
    found: _Found,
    names: Mapping[str, str],
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
    told = dict(about)
    for key in ("row", "column"):
        if key in told:
            told[key] = names.get(str(told[key]), told[key])
    found.add(row, column, Unfit(fault.kind, **told), kind=kind)


def read_points(rows: Rows) -> Budget:
    """Weights from a table of ``expert`` and a column of points for each criterion.

    Raises ``Misjudged``.
    """
    found = _Found()
    codes = _codes(rows, EXPERT, "no_experts", found)
    experts: dict[str, int] = {}
    points = []
    for number, values in rows:
        expert = _text(values.get(EXPERT))
        if not expert:
            found.add(number, EXPERT, Unfit("no_expert"))
        elif expert in experts:
            found.add(number, EXPERT, Unfit("expert_twice", expert=expert))
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
            found.add(row, str(about.get("code", EXPERT)), fault, kind=kind)
        raise Misjudged(found.wrong) from None


def judged(
    version: CompositeVersion,
    rows: Rows,
    *,
    method: str,
    accept_inconsistent: bool = False,
) -> dict[str, Any]:
    """The recipe of a version with the parts of one whole weighed by judges.

    The weights stand in the recipe's set ``judged`` beside those of all other parts as they
    were, and with them what was judged: a rerun asks nobody and computes nothing again.

    ``method``: ``ahp`` or ``budget``. Raises ``Misjudged`` with the row and column of every
    fault, also of codes that are not all the parts of one whole.
    """
    found = _Found()
    first, empty = (CODE, "no_judges") if method == AHP else (EXPERT, "no_experts")
    columns = _codes(rows, first, empty, found)
    parent = _whole_of(version, columns, found)
    names = {
        one["code"]: one["name"] or one["code"] for one in version.outcome["codes"]
    }
    answer: Hierarchy | Budget
    if method == AHP:
        answer = read_comparisons(
            rows, accept_inconsistent=accept_inconsistent, names=names
        )
        told = _told_comparisons(answer)
    else:
        answer = read_points(rows)
        told = {"criteria": _rounded(answer.to_plain()["criteria"])}
    shares = answer.weights.shares
    weights = {code: round(100 * share, DIGITS) for code, share in shares.items()}
    recipe = dict(version.recipe)
    before = recipe.get("weight_sets", {})
    standing = before.get(JUDGED) if recipe.get("weights") == JUDGED else None
    if standing is None:
        standing = {
            one["code"]: round(one["weight"], DIGITS)
            for one in version.outcome["codes"][:-1]
        }
        earlier: Mapping[str, Any] = {}
    else:
        earlier = recipe.get(JUDGED, {})
    entry = {
        "method": method,
        "weights": weights,
        **told,
        "header": list(rows[0][1]),
        "rows": [[_text(cell) for cell in values.values()] for _row, values in rows],
    }
    return recipe | {
        "weights": JUDGED,
        "weight_sets": {**before, JUDGED: {**standing, **weights}},
        JUDGED: {**earlier, parent: entry},
    }


def _whole_of(version: CompositeVersion, columns: Sequence[str], found: _Found) -> str:
    """What the columns are the parts of: all of them, and of one whole."""
    parents = {
        one["code"]: one["parent"] for one in version.outcome["codes"] if one["parent"]
    }
    known = [code for code in columns if code in parents]
    for code in columns:
        if code not in parents:
            near = ", ".join(parents)
            found.add(1, code, Unfit("judged_unknown", code=code, known=near))
        elif parents[code] != parents[known[0]]:
            about = {"parent": parents[code], "first": known[0]}
            other = parents[known[0]]
            found.add(1, code, Unfit("judged_apart", code=code, other=other, **about))
    found.stop()
    if not known:
        found.add(1, "1", Unfit("no_codes"))
        found.stop()
    parent = parents[known[0]]
    for code, its in parents.items():
        if its == parent and code not in known:
            found.add(1, code, Unfit("judged_missing", code=code, parent=parent))
    found.stop()
    return str(parent)


def _told_comparisons(found: Hierarchy) -> dict[str, Any]:
    told: dict[str, Any] = {
        "judges": [_judgement(one.to_plain()) for one in found.judges],
        "accepted": bool(found.accepted),
    }
    if len(found.judges) > 1:
        told["together"] = _judgement(found.together.to_plain())
    return told


def _judgement(plain: Mapping[str, Any]) -> dict[str, Any]:
    """What a person wants to know of a matrix, without the weights of a single judge."""
    told = ("judge", "consistency_ratio", "odd", "stated", "implied")
    read: dict[str, Any] = _rounded({name: plain[name] for name in told})
    return read


def _rounded(document: Any) -> Any:
    """Six digits, and nothing that says nothing: a recipe has no empty lines."""
    if isinstance(document, float):
        return round(document, 6)
    if isinstance(document, dict):
        return {k: _rounded(v) for k, v in document.items() if v is not None}
    if isinstance(document, list):
        return [_rounded(one) for one in document]
    return document
