"""What narrows each entry, kept in the process: counting many rows needs no reading of them.

Rows are found by the database every time, so that one that left the index is never counted;
here stands only what is counted of a row, in columns of numbers. Whatever changed since is
read before each answer (rows carry the ``turn`` of the index in which they were written).
Some 10 MB for 100,000 rows, read once a process.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from opensti.domains.publications.models import SearchEntry, SearchState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Ids = NDArray[np.int64]

FACETS = ("kind", "year", "field", "province", "host", "funder", "state", "band")
NOTHING = 0  # the number of an empty value in every column


@dataclass(frozen=True, kw_only=True)
class State:
    """Which state the index is in; ``policy`` is the one that the whole of it was made under."""

    seed: str = ""
    version: int = 0
    policy: str = ""

    @property
    def name(self) -> str:
        return f"{self.seed}:{self.version}"


@dataclass(frozen=True, kw_only=True)
class _Table:
    """Rows by id: a number for the value of each facet, and the place in newest first."""

    ids: Ids
    at: NDArray[np.int64]
    facets: NDArray[np.int32]  # one line for each facet
    place: NDArray[np.int64]


def _table(ids: Any, at: Any, facets: Any) -> _Table:
    """Sort by id; work out once which rows are the newest, of equals the greater id."""
    order = np.argsort(ids, kind="stable")
    ids, at, facets = ids[order], at[order], facets[:, order]
    place = np.empty(len(ids), dtype=np.int64)
    place[np.lexsort((-ids, -at))] = np.arange(len(ids))
    return _Table(ids=ids, at=at, facets=facets, place=place)


def _empty() -> _Table:
    none = np.empty(0, dtype=np.int64)
    return _table(none, none, np.empty((len(FACETS), 0), dtype=np.int32))


@dataclass
class Columns:
    """The columns of the index, as far as this process has read them."""

    seed: str = ""
    turn: int = -1
    table: _Table = field(default_factory=_empty)
    # The values of each facet by their number, and their numbers.
    values: tuple[list[Any], ...] = ()
    numbers: tuple[dict[Any, int], ...] = ()
    lock: Lock = field(default_factory=Lock)

    def read(self) -> State:
        """Read what changed since; returns the state of the index. 1 query, or 2."""
        columns = ("seed", "version", "policy")
        found = SearchState.objects.values_list(*columns).first()
        state = (
            State(seed=found[0], version=found[1], policy=found[2])
            if found
            else State()
        )
        with self.lock:
            if state.seed != self.seed or state.version < self.turn or not self.values:
                # Another database, or one put back from a backup.
                self.seed, self.turn, self.table = state.seed, -1, _empty()
                self.values = tuple([None] for _name in FACETS)
                self.numbers = tuple({None: NOTHING, "": NOTHING} for _name in FACETS)
            if state.version > self.turn:
                self._more(state.version)
        return state

    def _more(self, version: int) -> None:
        rows = SearchEntry.objects.filter(turn__gt=self.turn).order_by()
        read = [
            (pk, int(at.timestamp()), *map(self._number, range(len(FACETS)), values))
            for pk, at, *values in _told(rows)
        ]
        if read:
            new = np.array(read, dtype=np.int64).T
            kept = ~np.isin(self.table.ids, new[0])
            self.table = _table(
                np.concatenate([self.table.ids[kept], new[0]]),
                np.concatenate([self.table.at[kept], new[1]]),
                np.hstack([self.table.facets[:, kept], new[2:].astype(np.int32)]),
            )
        self.turn = version

    def _number(self, facet: int, value: Any) -> int:
        known = self.numbers[facet].get(value)
        if known is None:
            known = self.numbers[facet][value] = len(self.values[facet])
            self.values[facet].append(value)
        return known

    def in_order(self, ids: Ids, better: Sequence[Ids] = ()) -> Ids:
        """The ids of the first group of ``better`` first, then the next; each newest first.

        Those not known here are left out: their entry came after the columns were read.
        """
        table = self.table
        at = _places(table, ids)
        key = table.place[at]
        if better:
            tier = np.full(len(table.ids), len(better), dtype=np.int64)
            for number in reversed(range(len(better))):
                tier[_places(table, better[number])] = number
            key = key + tier[at] * len(table.ids)
        found: Ids = table.ids[at[np.argsort(key)]]
        return found

    def having(self, ids: Ids, chosen: Mapping[str, Any]) -> Ids:
        """Those of the ids that have these values of facets."""
        table = self.table
        if not chosen:
            return ids
        at = _places(table, ids)
        for name, value in chosen.items():
            facet = FACETS.index(name)
            code = self.numbers[facet].get(value) if self.numbers else None
            if not code:  # nobody has it, or it is nothing
                return ids[:0]
            at = at[table.facets[facet, at] == code]
        found: Ids = table.ids[at]
        return found

    def counts(self, ids: Ids) -> dict[str, dict[Any, int]]:
        """How many of the rows have each value of each facet; nothing said is not counted."""
        table = self.table
        at = _places(table, ids)
        found = {}
        for number, name in enumerate(FACETS):
            counted = np.bincount(table.facets[number, at])
            found[name] = {
                self.values[number][code]: int(counted[code])
                for code in np.flatnonzero(counted).tolist()
                if code != NOTHING
            }
        return found


def _told(rows: Any) -> Any:
    return rows.values_list("pk", "at", *FACETS).iterator(2000)


def _places(table: _Table, ids: Ids) -> NDArray[np.int64]:
    """Where the ids stand in the table, each once; without those that do not."""
    if not len(table.ids) or not len(ids):
        return np.empty(0, dtype=np.int64)
    at = np.searchsorted(table.ids, ids)
    at[at == len(table.ids)] = 0
    there = np.zeros(len(table.ids), dtype=np.bool_)
    there[at[table.ids[at] == ids]] = True
    return np.flatnonzero(there)


COLUMNS = Columns()
