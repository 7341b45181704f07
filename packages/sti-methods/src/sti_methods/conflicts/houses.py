"""Which organisations are one house: merged ones, those that follow, those above."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sti_methods.identities import fold_all

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sti_methods.conflicts.graph import Organisation

DEEPEST = 20


class Houses:
    """Organisations read as what became of them, with those above that tell something."""

    def __init__(self, organisations: Iterable[Organisation]) -> None:
        self._all = {row.id: row for row in organisations}
        self._now: dict[int, int] = {}
        self._above: dict[int, frozenset[int]] = {}
        self._names: dict[str, int | None] = {}
        for row in self._all.values():
            for name in row.names:
                key, now = fold_all(name), self.now(row.id)
                # A name that two bear tells of neither.
                self._names[key] = now if self._names.get(key, now) == now else None

    def now(self, organisation: int) -> int:
        """What became of an organisation, over all mergings."""
        found = self._now.get(organisation)
        if found is None:
            found, seen = organisation, {organisation}
            while (row := self._all.get(found)) is not None and row.became is not None:
                if row.became in seen:
                    break
                found = row.became
                seen.add(found)
            self._now[organisation] = found
        return found

    def of(self, organisation: int) -> frozenset[int]:
        """The organisation as it is now and those above it whose sharing tells something."""
        here = self.now(organisation)
        found = self._above.get(here)
        if found is None:
            reached, todo = {here}, [here]
            for _step in range(DEEPEST):
                above = [
                    self.now(p)
                    for pk in todo
                    if (row := self._all.get(pk)) is not None
                    for p in row.parents
                ]
                todo = [
                    pk
                    for pk in dict.fromkeys(above)
                    if pk not in reached
                    and (row := self._all.get(pk)) is not None
                    and row.joins
                ]
                if not todo:
                    break
                reached.update(todo)
            found = frozenset(reached)
            self._above[here] = found
        return found

    def line(self, one: int, other: int) -> bool:
        """Whether two are the same, or one stands above the other."""
        a, b = self.now(one), self.now(other)
        return a == b or a in self.of(b) or b in self.of(a)

    def named(self, name: str) -> int | None:
        """The one organisation that bears a name."""
        return self._names.get(fold_all(name)) if name.strip() else None

    def name(self, organisation: int) -> str:
        row = self._all.get(organisation)
        return row.names[0] if row is not None and row.names else ""
