"""Files of ``opensti portfolio``: proposals and rules, refused by row, line and column."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml
from django.utils.translation import gettext as _
from sti_methods.portfolio import Faulty, Level, Rules, conditions_of

from opensti.console.panels_files import Findings, number, rows, text_of
from opensti.domains.portfolios.queries import fault_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    Marks = dict[tuple[str | int, ...], yaml.Mark]

LARGEST_COST = 1e15
# A call has some ten thousand proposals; files beyond are no such call.
MOST_BYTES, MOST_RULES = 200_000_000, 4_000_000
DEEPEST = 12
# What plain YAML has without being told.
PLAIN = {
    f"tag:yaml.org,2002:{kind}"
    for kind in ("map", "seq", "null", "bool", "int", "float", "str", "timestamp")
}
COST = "cost"
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class Proposals:
    """The table, cell by cell, before it is known which columns are amounts."""

    path: Path
    columns: list[str] = field(default_factory=list)
    at: list[int] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    merits: list[float] = field(default_factory=list)
    cells: dict[str, list[str]] = field(default_factory=dict)

    @property
    def levels(self) -> dict[str, list[str]]:
        """Names of the levels of each proposal."""
        found: dict[str, list[str]] = {}
        for proposal, name in zip(self.ids, self.names, strict=True):
            found.setdefault(proposal, []).append(name)
        return found


def read_proposals(path: Path, found: Findings) -> Proposals:
    """Read the table; what is wrong with ids and merits is noted."""
    _small(path, MOST_BYTES, found)
    read = Proposals(path=path)
    head = _head(path)
    known = {"id", "merit", "level"}
    read.columns = [name for name in head if name.lower() not in known and name]
    lowered = tuple(name.lower() for name in read.columns)
    read.cells = {name: [] for name in read.columns}
    seen: dict[tuple[str, str], int] = {}
    optional = ("level", *lowered)
    for row, (proposal, stated, level, *rest) in rows(
        path, ("id", "merit"), found, optional=optional
    ):
        merit = number(path, row, "merit", stated, found)
        if not proposal:
            found.add(path, row, "id", _("the id is missing; write it."))
            continue
        before = seen.setdefault((proposal, level), row)
        if before != row:
            found.add(
                path,
                row,
                "level" if level else "id",
                _("row %(row)s says this already; leave one of the two out.")
                % {"row": before},
            )
            continue
        read.at.append(row)
        read.ids.append(proposal)
        read.names.append(level)
        read.merits.append(merit or 0.0)
        for name, cell in zip(read.columns, rest, strict=True):
            read.cells[name].append(cell)
    if not read.ids and not found.count:
        found.add(
            path, 2, "id", _("there is no row below row 1; write the proposals there.")
        )
    return read


def _small(path: Path, most: int, found: Findings) -> None:
    if path.stat().st_size > most:
        found.add(
            path,
            1,
            "1",
            _("the file is larger than %(most)d MB; split it or leave columns out.")
            % {"most": most // 1_000_000},
        )
        found.stop()


def _head(path: Path) -> list[str]:
    """Row 1 as it is written; ``rows`` refuses what is wrong with it."""
    first = text_of(path).split("\n", 1)[0]
    separator = max(",;\t", key=first.count) if first.strip() else ","
    try:
        cells = next(csv.reader(io.StringIO(first), delimiter=separator), [])
    except csv.Error:
        return []
    return [cell.strip() for cell in cells]


@dataclass(frozen=True)
class Named:
    """Columns that rules name, as amounts and as categories."""

    measures: frozenset[str]
    columns: frozenset[str]


def named_in(document: Any) -> Named:
    """What rules name, whatever else is wrong with them."""
    measures: set[str] = set()
    columns: set[str] = set()
    if not isinstance(document, dict):
        return Named(frozenset(), frozenset())
    if isinstance(budgets := document.get("budgets"), dict):
        measures |= budgets.keys()
    for key in ("floors", "ceilings", "shares"):
        entries = document.get(key)
        for entry in entries if isinstance(entries, list) else []:
            if not isinstance(entry, dict):
                continue
            if isinstance(said := entry.get("measure"), str):
                measures.add(said)
            if isinstance(said := entry.get("where"), dict):
                columns |= said.keys()
            if isinstance(said := entry.get("per"), str):
                columns.add(said)
    return Named(frozenset(measures), frozenset(columns))


@dataclass(frozen=True)
class Table:
    """The proposals as levels with amounts, and as categories."""

    levels: list[Level]
    measures: list[str]
    categories: dict[str, dict[str, str]]


def table_of(read: Proposals, named: Named, found: Findings) -> Table:
    """Read amounts and categories; what is wrong with cells is noted."""
    amounts: dict[str, list[float]] = {}
    for name in read.columns:
        sure = name in named.measures
        if sure or (name not in named.columns and _costs(name, read.cells[name])):
            amounts[name] = _amounts(read, name, found)
        elif name not in named.columns and (told := _numbers(read.cells[name])):
            amounts[name] = told
    categories = {
        name: _category(read, name, found)
        for name in read.columns
        if name in named.columns or name not in amounts
    }
    levels = [
        Level(
            proposal=proposal,
            name=read.names[n],
            merit=read.merits[n],
            amounts={name: values[n] for name, values in amounts.items()},
        )
        for n, proposal in enumerate(read.ids)
    ]
    return Table(levels=levels, measures=sorted(amounts), categories=categories)


def _costs(name: str, cells: list[str]) -> bool:
    """A column called cost with a number in it: then each cell must be one."""
    return name.lower().startswith(COST) and any(
        not math.isnan(_read(cell)) or cell.lower() == "nan" for cell in cells
    )


def _read(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return math.nan


def _numbers(cells: list[str]) -> list[float]:
    """The amounts of a column that nobody named, if all of its cells are such."""
    found = [math.nan if "_" in cell else _read(cell) for cell in cells]
    return found if all(0 <= value <= LARGEST_COST for value in found) else []


def _amounts(read: Proposals, name: str, found: Findings) -> list[float]:
    values = []
    for row, cell in zip(read.at, read.cells[name], strict=True):
        value = number(read.path, row, name, cell, found, largest=LARGEST_COST)
        if value is not None and value < 0:
            found.add(
                read.path,
                row,
                name,
                _("%(cell)s is below 0; write 0 or more.") % {"cell": cell},
            )
            value = None
        values.append(value or 0.0)
    return values


def _category(read: Proposals, name: str, found: Findings) -> dict[str, str]:
    values: dict[str, str] = {}
    first: dict[str, int] = {}
    for row, proposal, cell in zip(read.at, read.ids, read.cells[name], strict=True):
        if values.setdefault(proposal, cell) != cell:
            found.add(
                read.path,
                row,
                name,
                _(
                    "“%(cell)s” is not what row %(row)s says of %(id)s; write one of them."
                )
                % {"cell": cell, "row": first[proposal], "id": proposal},
            )
        first.setdefault(proposal, row)
    return values


# ------------------------------------------------------------------ rules


@dataclass
class Document:
    """Rules as plain data, with the place of each part in the file."""

    path: Path
    data: Any = None
    values: Marks = field(default_factory=dict)
    keys: Marks = field(default_factory=dict)

    def place(self, fault: Faulty) -> yaml.Mark | None:
        """Where the fault is, or where the part that has it begins."""
        key = fault.kind.startswith("unknown") and fault.about[0] == fault.path[-1]
        marks = self.keys if key else self.values
        if fault.path in marks:
            return marks[fault.path]
        for length in range(len(fault.path), -1, -1):
            if fault.path[:length] in self.values:
                return self.values[fault.path[:length]]
        return None


def read_document(path: Path, found: Findings) -> Document:
    """Read YAML without tags, references and depth; what is wrong is noted."""
    _small(path, MOST_RULES, found)
    document = Document(path=path)
    text = text_of(path)
    try:
        if not _plain(text, path, found):
            return document
        root = yaml.compose(text, Loader=Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        found.add_line(
            path,
            1 if mark is None else mark.line + 1,
            1 if mark is None else mark.column + 1,
            _("this is not YAML; check spaces and colons."),
        )
        return document
    document.data = {} if root is None else _data(root, (), document, found)
    return document


def _plain(text: str, path: Path, found: Findings) -> bool:
    """Whether the text is free of what could blow it up."""
    depth = 0
    for event in yaml.parse(text, Loader=Loader):
        if isinstance(event, yaml.AliasEvent):
            _note(path, event.start_mark, _("references (*) are not read; write the values out."), found)  # fmt: skip
            return False
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            _note(path, event.start_mark, _("this is nested too deeply; look for a lost bracket."), found)  # fmt: skip
            return False
    return True


def _note(path: Path, mark: Any, what: str, found: Findings) -> None:
    found.add_line(path, mark.line + 1, mark.column + 1, what)


def _data(
    node: yaml.Node, path: tuple[str | int, ...], document: Document, found: Findings
) -> Any:
    """Mappings, lists and texts; numbers stay as they are written."""
    document.values[path] = node.start_mark
    if node.tag not in PLAIN:
        what = _("“%(tag)s” is not read; write plain values.") % {"tag": node.tag}
        _note(document.path, node.start_mark, what, found)
    if isinstance(node, yaml.SequenceNode):
        return [
            _data(item, (*path, place), document, found)
            for place, item in enumerate(node.value)
        ]
    if isinstance(node, yaml.MappingNode):
        told: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                _note(
                    document.path, key.start_mark, _("a name is expected here."), found
                )
                continue
            name = str(key.value).strip()
            if name in told:
                what = _("“%(name)s” stands here twice; leave one out.")
                _note(document.path, key.start_mark, what % {"name": name}, found)
                continue
            document.keys[(*path, name)] = key.start_mark
            told[name] = _data(value, (*path, name), document, found)
        return told
    return None if node.tag.endswith(":null") else str(node.value)


def rules_of(
    document: Document, table: Table, read: Proposals, found: Findings
) -> Rules:
    """Turn the rules into conditions; all that is wrong is noted by line and column."""
    known: Mapping[str, list[str]] = read.levels
    values = {name: [*told.values()] for name, told in table.categories.items()}
    try:
        return conditions_of(
            document.data, measures=table.measures, columns=values, proposals=known
        )
    except Faulty as refusal:
        for fault in refusal.all:
            mark = document.place(fault)
            if mark is None:
                raise
            _note(document.path, mark, " ".join(fault_words(fault)), found)
        return Rules()


def unknown_values(document: Document, table: Table) -> Iterator[tuple[int, str, str]]:
    """Values of ``where`` that no proposal has: (line, column's name, value)."""
    for path, mark in sorted(document.values.items(), key=lambda one: one[1].index):
        if "where" not in path[:-1]:
            continue
        column, said = str(path[path.index("where") + 1]), document.data
        for key in path:
            said = said[key]
        told = table.categories.get(column)
        if isinstance(said, str) and told and said.strip() not in told.values():
            yield mark.line + 1, column, said
