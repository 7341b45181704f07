"""ASSUMPTIONS.yaml: what ``opensti composite analyse`` shall doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sti_methods.composite import Imputation, Normalisation, Screening, Unfit
from sti_methods.composite.rescoring import MEANS
from sti_methods.composite.space import Factor, Space

from opensti.console.composite_files import load_plain
from opensti.console.portfolio_files import read_document
from opensti.domains.strategies.queries.analysis_words import words_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sti_methods.composite import Run

    from opensti.console.panels_files import Findings
    from opensti.console.portfolio_files import Document

__all__ = ["read_assumptions"]

# Those that take a list of options as a recipe says them.
STEPS: dict[str, Callable[[Any], Any]] = {
    "screening": Screening.of,
    "imputation": Imputation.of,
    "normalisation": Normalisation.of,
}
KNOWN = ("winmax", "normalisation", "weights", "aggregation", "imputation", "screening")
MOST_POINTS = 1_000
SPREAD = 0.25


def read_assumptions(path: Path, run: Run, found: Findings) -> Space | None:
    """Read the file; what is wrong, or unknown to the tables of ``run``, is noted at its line."""
    document = read_document(path, found)
    if found.count or document.data is None:
        return None
    # As recipes are read: numbers are numbers, and NO is no negation.
    document.data = load_plain(path, found)
    if found.count:
        return None
    return _Reader(document, run, found).space()


class _Reader:
    def __init__(self, document: Document, run: Run, found: Findings) -> None:
        self.document, self.found = document, found
        self.levels = set(run.prepared.tree.at_level)
        self.groups = run.tables.groups

    def fault(self, fault: Unfit, *path: str | int) -> None:
        at: tuple[str | int, ...] = path
        marks = self.document.values
        if fault.kind == "change":
            marks = self.document.keys
        while at and at not in marks:
            at = at[:-1]
        mark = marks.get(at)
        self.found.add_line(
            self.document.path,
            mark.line + 1 if mark else 1,
            mark.column + 1 if mark else 1,
            words_of(fault),
        )

    def space(self) -> Space | None:
        said = self.document.data
        known = ", ".join(KNOWN)
        before = self.found.count
        if not isinstance(said, dict) or not said:
            self.fault(Unfit("few_factors", known=known))
            return None
        factors: list[Factor | None] = []
        reading: dict[str, Callable[[Any], Factor | None]] = {
            "winmax": self._points,
            "weights": self._weights,
            "aggregation": self._means,
        }
        for key, value in said.items():
            if key in reading:
                factors.append(reading[key](value))
            elif key in STEPS:
                factors.append(self._steps(key, value))
            else:
                self.fault(Unfit("change", key=str(key), known=known), key)
        if self.found.count > before:
            return None
        return Space(factors=tuple(one for one in factors if one is not None))

    def _list(self, key: str, said: Any) -> list[Any]:
        if not isinstance(said, list) or not said:
            self.fault(Unfit("assumption_list"), key)
            return []
        return said

    def _points(self, said: Any) -> Factor | None:
        options = self._list("winmax", said)
        for place, value in enumerate(options):
            whole = isinstance(value, int) and not isinstance(value, bool)
            if not whole or not 0 <= value <= MOST_POINTS:
                self.fault(
                    Unfit("assumption_points", value=str(value)[:40]), "winmax", place
                )
                return None
        return (
            Factor(name="winmax", kind="columns", options=tuple(options))
            if options
            else None
        )

    def _steps(self, key: str, said: Any) -> Factor | None:
        options = self._list(key, said)
        for place, value in enumerate(options):
            try:
                read = STEPS[key](value)
            except Unfit as refusal:
                for fault in refusal.all:
                    last = str(fault.about.get("path", "")).rpartition(".")[2]
                    self.fault(fault, key, place, last)
                return None
            group = getattr(read, "group", "")
            if group and group not in self.groups:
                known = ", ".join(self.groups)
                fault = Unfit("recipe_unknown_group", code=group, known=known)
                self.fault(fault, key, place, "group")
                return None
        return (
            Factor(name=key, kind="columns", options=tuple(options))
            if options
            else None
        )

    def _means(self, said: Any) -> Factor | None:
        options = self._list("aggregation", said)
        for place, value in enumerate(options):
            if value not in MEANS:
                fault = Unfit(
                    "unknown_mean", mean=str(value)[:40], known=", ".join(MEANS)
                )
                self.fault(fault, "aggregation", place)
                return None
        return (
            Factor(name="aggregation", kind="means", options=tuple(options))
            if options
            else None
        )

    def _weights(self, said: Any) -> Factor | None:
        if not isinstance(said, dict) or not set(said) <= {"levels", "spread"}:
            self.fault(Unfit("assumption_weights"), "weights")
            return None
        levels = said.get("levels")
        if not isinstance(levels, list) or not levels:
            self.fault(Unfit("assumption_weights"), "weights")
            return None
        for place, value in enumerate(levels):
            if not isinstance(value, int) or isinstance(value, bool):
                fault = Unfit("assumption_level", value=str(value)[:40])
                self.fault(fault, "weights", "levels", place)
                return None
        if not set(levels) & (self.levels - {max(self.levels)}):
            self.fault(Unfit("no_levels"), "weights", "levels")
            return None
        spread = said.get("spread", SPREAD)
        if not isinstance(spread, int | float) or not 0 < spread <= 1:
            fault = Unfit("spread", spread=str(spread)[:40])
            self.fault(fault, "weights", "spread")
            return None
        return Factor(
            name="weights", kind="weights", levels=tuple(levels), spread=float(spread)
        )
