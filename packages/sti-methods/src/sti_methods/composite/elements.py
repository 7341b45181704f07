"""The table of the tree: indicators and aggregates, levels, parents, directions, weights."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sti_methods.composite.cells import blank, number, text
from sti_methods.composite.unfit import Unfit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["COLUMNS", "KINDS", "Element", "Reader"]

META = "meta"
KINDS = ("Indicator", "Aggregate", "Group", "Denominator", "Other")
COLUMNS = ("Level", "iCode", "Direction", "Weight", "Parent", "Type")
FIXED = ("uName", "uCode", "Time")


@dataclass(frozen=True, kw_only=True)
class Element:
    """An indicator or an aggregate. ``weight`` and ``target`` are NaN where not stated."""

    code: str
    name: str
    kind: str
    level: int
    parent: str
    direction: int
    weight: float
    target: float
    denominator: str
    unit: str
    row: int


@dataclass(kw_only=True)
class Reader:
    """Reads the table row by row; ``found`` gathers what is wrong."""

    rows: Sequence[Mapping[str, Any]]
    at: Sequence[int]
    found: list[Unfit] = field(default_factory=list)
    kinds: dict[str, str] = field(default_factory=dict)
    kind_rows: dict[str, int] = field(default_factory=dict)

    def fault(self, kind: str, row: int, column: str, **about: str | float) -> None:
        self.found.append(Unfit(kind, table=META, row=row, column=column, **about))

    def elements(self) -> dict[str, Element]:
        """Indicators first, then aggregates level by level, as they stand in the table."""
        if not self.rows:
            self.fault("empty", 2, "iCode")
            return {}
        columns = {str(name) for row in self.rows for name in row}
        lacking = [name for name in COLUMNS if name not in columns]
        for name in lacking:
            self.fault("no_column", 1, name)
        if lacking:
            return {}
        read: dict[str, Element] = {}
        for row, at in zip(self.rows, self.at, strict=True):
            element = self._element(row, at)
            if element is not None:
                read[element.code] = element
        self._check_tree(read)
        return dict(sorted(read.items(), key=lambda item: item[1].level))

    def _element(self, row: Mapping[str, Any], at: int) -> Element | None:
        code = text(row.get("iCode"))
        if not code:
            self.fault("no_code", at, "iCode")
            return None
        if code in FIXED:
            self.fault("fixed", at, "iCode", code=code)
            return None
        if code in self.kinds:
            self.fault("twice", at, "iCode", code=code, before=self.kind_rows[code])
            return None
        said = text(row.get("Type"))
        kind = next((k for k in KINDS if k.lower() == said.lower()), "")
        self.kinds[code], self.kind_rows[code] = kind, at
        if not kind:
            self.fault("type", at, "Type", value=said[:40], known=", ".join(KINDS))
            return None
        if kind not in {"Indicator", "Aggregate"}:
            return None
        return Element(
            code=code,
            name=text(row.get("iName")) or code,
            kind=kind,
            level=self._level(row, at, kind),
            parent="" if blank(row.get("Parent")) else text(row.get("Parent")),
            direction=self._direction(row, at, kind),
            weight=self._weight(row, at),
            target=self._target(row, at),
            denominator=""
            if blank(row.get("Denominator"))
            else text(row.get("Denominator")),
            unit=text(row.get("Unit")),
            row=at,
        )

    def _level(self, row: Mapping[str, Any], at: int, kind: str) -> int:
        value = number(row.get("Level"))
        least = 1 if kind == "Indicator" else 2
        whole = value is not None and not math.isnan(value) and value == int(value)
        level = int(value) if whole and value is not None else 0
        right = level == 1 if kind == "Indicator" else level >= least
        if not right:
            self.fault(
                "level", at, "Level", value=text(row.get("Level"))[:40], type=kind
            )
        return level if right else least

    def _direction(self, row: Mapping[str, Any], at: int, kind: str) -> int:
        value = number(row.get("Direction"))
        if kind == "Aggregate" and (value == 1 or blank(row.get("Direction"))):
            return 1
        if kind == "Indicator" and value in {1.0, -1.0}:
            return int(value)
        self.fault(
            "direction" if kind == "Indicator" else "direction_aggregate",
            at,
            "Direction",
            value=text(row.get("Direction"))[:40],
        )
        return 1

    def _weight(self, row: Mapping[str, Any], at: int) -> float:
        value = number(row.get("Weight"))
        if value is None or value < 0:
            self.fault("weight", at, "Weight", value=text(row.get("Weight"))[:40])
            return math.nan
        return value

    def _target(self, row: Mapping[str, Any], at: int) -> float:
        value = number(row.get("Target"))
        if value is None:
            self.fault("number", at, "Target", value=text(row.get("Target"))[:40])
            return math.nan
        return value

    def _check_tree(self, read: Mapping[str, Element]) -> None:
        top = max((e.level for e in read.values()), default=0)
        parents = {e.parent for e in read.values()}
        if not any(kind == "Indicator" for kind in self.kinds.values()):
            self.fault("no_indicator", 2, "Type")
        for code, element in read.items():
            self._check_parent(element, read, top)
            if element.kind == "Aggregate" and code not in parents:
                self.fault("no_children", element.row, "iCode", code=code)
            if (
                element.denominator
                and self.kinds.get(element.denominator) != "Denominator"
            ):
                self.fault(
                    "denominator_unknown",
                    element.row,
                    "Denominator",
                    code=element.denominator,
                )

    def _check_parent(
        self, element: Element, read: Mapping[str, Element], top: int
    ) -> None:
        if not element.parent:
            if element.level < top or element.kind == "Indicator":
                self.fault("no_parent", element.row, "Parent", code=element.code)
            return
        above = read.get(element.parent)
        if above is None:
            if self.kinds.get(element.parent) in {
                None,
                "Group",
                "Denominator",
                "Other",
            }:
                self.fault(
                    "parent_unknown",
                    element.row,
                    "Parent",
                    code=element.code,
                    parent=element.parent,
                )
        elif self._circles(element, read):
            self.fault("cycle", element.row, "Parent", code=element.code)
        elif above.level != element.level + 1 or above.kind != "Aggregate":
            self.fault(
                "parent_level",
                element.row,
                "Parent",
                code=element.code,
                level=element.level,
                parent=element.parent,
                parent_level=above.level,
            )

    def _circles(self, element: Element, read: Mapping[str, Element]) -> bool:
        seen, code = set(), element.parent
        while code in read and code not in seen:
            if code == element.code:
                return True
            seen.add(code)
            code = read[code].parent
        return False
