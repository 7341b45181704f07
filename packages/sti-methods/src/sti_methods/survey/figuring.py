"""The kept answers of a wave, organisation by organisation, and the figures of each economy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sti_methods.composite.unfit import Unfit
from sti_methods.survey.gating import Gate, Sameness, gate, sameness
from sti_methods.survey.given import Economy, Told
from sti_methods.survey.pooling import clause_scores, pool
from sti_methods.survey.recommending import Organisation
from sti_methods.survey.suppressing import Cell, Sum, suppress
from sti_methods.survey.weighing import Means, design_weights, draws, means

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from sti_methods.survey.cleaning import Cleaned
    from sti_methods.survey.given import Axis, Given, Measure, Settings

    Table = NDArray[np.float64]
    Column = NDArray[np.float64]

# A mandatory item conforms from here on, and is a major gap below.
CONFORMS, MAJOR = 3.0, 1.0


class Held:
    """The rows that are kept, organisation by organisation."""

    def __init__(self, given: Given, cleaned: Cleaned, settings: Settings) -> None:
        self.given, self.settings = given, settings
        kept = cleaned.kept
        names = [
            name
            for name, k in zip(given.responses.organisation, kept, strict=True)
            if k
        ]
        role = [one for one, k in zip(given.role, kept, strict=True) if k]
        self.items = pool(given.responses.values[kept], organisation=names, role=role)
        self.barriers = tuple(given.barriers)
        more = np.column_stack(
            (
                given.importance,
                *given.barriers.values(),
                given.results,
                given.knowledge,
                given.wish,
            )
        )
        extra = pool(more[kept], organisation=names).values
        n = len(given.questions)
        self.importance, self.extra = extra[:, :n], extra[:, n:]
        for name in self.items.organisations:
            if name not in given.profiles:
                raise Unfit("no_profile", organisation=name)
        self.profiles = [given.profiles[name] for name in self.items.organisations]
        of = np.array([one.economy for one in self.profiles], dtype=object)
        self.names = tuple(sorted(set(of)))
        self.rows = {name: np.flatnonzero(of == name) for name in self.names}
        self.clauses = np.array([q.clause for q in given.questions], dtype=object)
        self.scores = self._scored(self.items.values)
        self.important = self._scored(self.importance)
        self.overall = _row_mean(np.column_stack(list(self.scores.values())))
        self.sizes = {
            name: {
                profile.stratum: count
                for profile, count in given.frame.items()
                if profile.economy == name
            }
            for name in self.names
        }
        self.designs = {
            name: design_weights(
                self.strata(name), sizes=self.sizes[name], trim=settings.trim
            )
            for name in self.names
        }
        self.weights = np.zeros(len(self.profiles))
        for name, design in self.designs.items():
            self.weights[self.rows[name]] = design.values

    def _scored(self, values: Table) -> dict[str, Column]:
        return clause_scores(
            values,
            clauses=[q.clause for q in self.given.questions],
            weights=[q.weight for q in self.given.questions],
            least_answered=self.settings.least_answered,
        )

    def strata(self, economy: str) -> list[str]:
        return [self.profiles[row].stratum for row in self.rows[economy]]

    def economy(self, name: str) -> Economy:
        rows = self.rows[name]
        return Economy(
            name=name,
            organisations=len(rows),
            respondents=int(self.items.respondents[rows].sum()),
            design=self.designs[name],
            weights={
                self.items.organisations[row]: float(self.weights[row]) for row in rows
            },
        )

    def gated(self) -> tuple[tuple[Gate, ...], tuple[Sameness, ...]]:
        """Each clause in each economy, then over those that passed."""
        gates: list[Gate] = []
        same: list[Sameness] = []
        for clause in self.scores:
            columns = np.flatnonzero(self.clauses == clause)
            codes = [self.given.questions[int(j)].code for j in columns]
            tables = {
                name: self.items.values[np.ix_(rows, columns)]
                for name, rows in self.rows.items()
            }
            own = [
                gate(
                    table,
                    codes=codes,
                    units=int(np.isfinite(self.scores[clause][self.rows[name]]).sum()),
                    group=name,
                    clause=clause,
                    gates=self.settings.gates,
                )
                for name, table in tables.items()
            ]
            tested = sameness(
                {one.group: tables[one.group] for one in own if one.verdict == "compared"},
                clause=clause,
                gates=self.settings.gates,
            )  # fmt: skip
            same.append(tested)
            gates += own if tested.holds else [_items_only(one, tested.why) for one in own]  # fmt: skip
        return tuple(gates), tuple(same)

    def figures(self, economy: str, gates: Sequence[Gate]) -> Iterator[Told]:
        """Every figure of one economy, by one drawing, or why it is kept back."""
        rows, settings = self.rows[economy], self.settings
        factors = draws(
            self.strata(economy),
            sizes=self.sizes[economy],
            runs=settings.runs,
            chance=np.random.default_rng([settings.seed, *economy.encode()]),
        )
        only_items = {
            one.clause
            for one in gates
            if one.group == economy and one.verdict == "items"
        }
        keys: list[tuple[Measure, str]] = []
        columns: list[Column] = []
        for clause, score in self.scores.items():
            keys.append(("clause", clause))
            columns.append(score[rows])
        broken = len(keys)
        for clause, score in self.important.items():
            keys.append(("importance", clause))
            columns.append(score[rows])
        for j, question in enumerate(self.given.questions):
            keys.append(("item", question.code))
            columns.append(self.items.values[rows, j])
        for j, name in enumerate(self.barriers):
            keys.append(("barrier", name))
            columns.append(self.extra[rows, j])
        table = np.column_stack(columns)
        groups: dict[tuple[Axis, str], Means] = {
            ("", ""): self._means(table, rows, factors)
        }
        for axis, group, inside in self._groups(rows):
            part = np.where(inside[:, None], table[:, :broken], np.nan)
            groups[axis, group] = self._means(part, rows, factors)
        for at, (measure, key) in enumerate(keys):
            parts = groups if at < broken else {("", ""): groups["", ""]}
            held = self._kept_back(parts, at)
            unsure = measure == "clause" and key in only_items
            for (axis, group), found in parts.items():
                why = held.get(f"{axis}/{group}", "") or ("items" if unsure else "")
                yield _told(economy, axis, group, measure, key, why, found, at)

    def _means(self, table: Table, rows: NDArray[np.intp], factors: Table) -> Means:
        return means(
            table,
            weights=self.weights[rows],
            factors=factors,
            level=self.settings.level,
        )

    def _groups(
        self, rows: NDArray[np.intp]
    ) -> Iterator[tuple[Axis, str, NDArray[np.bool_]]]:
        axes: tuple[Axis, ...] = ("size", "sector")
        for axis in axes:
            of = np.array([getattr(self.profiles[row], axis) for row in rows], dtype=object)  # fmt: skip
            for group in sorted(set(of)):
                yield axis, group, of == group

    def _kept_back(
        self, parts: Mapping[tuple[Axis, str], Means], at: int
    ) -> dict[str, str]:
        """Cells of one measure that may not be told, the total and both breakdowns."""
        cells = {
            f"{axis}/{group}": Cell(
                units=int(found.units[at]),
                weight=float(found.weight[at]),
                top=float(found.top[at] * found.weight[at]),
            )
            for (axis, group), found in parts.items()
        }
        sums = [
            Sum(whole="/", parts=tuple(n for n in cells if n.startswith(f"{axis}/")))
            for axis in ("size", "sector")
            if len(parts) > 1
        ]
        return dict(
            suppress(
                cells, sums, least=self.settings.least, most=self.settings.most
            ).cells
        )

    def organisations(self) -> Iterator[Organisation]:
        """What rules may ask of each."""
        codes = [q.code for q in self.given.questions]
        mandatory = np.array([q.mandatory for q in self.given.questions])
        weight = np.array([q.weight for q in self.given.questions])
        barriers = len(self.barriers)
        for row, name in enumerate(self.items.organisations):
            values = self.items.values[row]
            there = mandatory & np.isfinite(values)
            whole = weight[there].sum()
            conform = there & (values >= CONFORMS)
            yield Organisation(
                name=name,
                economy=self.profiles[row].economy,
                stratum=self.profiles[row].stratum,
                size=self.profiles[row].size,
                weight=float(self.weights[row]),
                items=_known(codes, values),
                by_role={
                    (code, role): value
                    for role, table in self.items.by_role.items()
                    for code, value in _known(codes, table[row]).items()
                },
                clauses=_known(list(self.scores), [s[row] for s in self.scores.values()]),
                importance=_known(
                    list(self.important), [s[row] for s in self.important.values()]
                ),
                barriers=_known(self.barriers, self.extra[row, :barriers]),
                overall=_maybe(self.overall[row]),
                readiness=float(100 * weight[conform].sum() / whole) if whole else None,
                majors=float((there & (values < MAJOR)).sum()) if whole else None,
                results=_maybe(self.extra[row, barriers]),
                knowledge=_maybe(self.extra[row, barriers + 1]),
                wish=_maybe(self.extra[row, barriers + 2]),
            )  # fmt: skip


def _items_only(one: Gate, why: str) -> Gate:
    return Gate(
        group=one.group,
        clause=one.clause,
        units=one.units,
        whole=one.whole,
        omega=one.omega,
        ave=one.ave,
        alpha=one.alpha,
        alpha_low=one.alpha_low,
        alpha_high=one.alpha_high,
        verdict="items",
        why=(*one.why, why),
    )


def _told(  # noqa: PLR0917 -- which cell, and its figures
    economy: str,
    axis: Axis,
    group: str,
    measure: Measure,
    key: str,
    why: str,
    found: Means,
    at: int,
) -> Told:
    nothing = not found.units[at]
    if why or nothing:
        return Told(
            economy=economy, by=axis, group=group, measure=measure, key=key,
            kept_back=why, units=0 if nothing and not why else None,
        )  # fmt: skip
    return Told(
        economy=economy,
        by=axis,
        group=group,
        measure=measure,
        key=key,
        kept_back="",
        mean=float(found.mean[at]),
        low=float(found.low[at]),
        high=float(found.high[at]),
        error=float(found.error[at]),
        units=int(found.units[at]),
        effective=float(found.effective[at]),
    )


def _known(names: Sequence[str], values: Sequence[float] | Column) -> dict[str, float]:
    return {
        name: float(value)
        for name, value in zip(names, values, strict=True)
        if value == value  # noqa: PLR0124 -- not NaN, and quicker than asking
    }


def _maybe(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _row_mean(table: Table) -> Column:
    there = np.isfinite(table)
    count = there.sum(axis=1)
    found: Column = np.full(len(table), np.nan)
    np.divide(np.where(there, table, 0.0).sum(axis=1), count, out=found, where=count > 0)  # fmt: skip
    return found
