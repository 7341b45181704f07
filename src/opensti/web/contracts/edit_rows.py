"""A table of inputs: its cells with what is wrong at each, a spare row to be copied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from opensti.kernel.refusals import Problem

SPARE_ROWS = 3


@dataclass(frozen=True, kw_only=True)
class Head:
    """A column: its name in the form, its label, how it is typed."""

    name: str
    label: str
    type: str = "text"
    options: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One input; ``__prefix__`` stands for the row's number in the row that is copied.

    ``was`` is what stood there before, where that is told.
    """

    name: str
    id: str
    label: str
    value: str
    type: str = "text"
    options: Sequence[tuple[str, str]] = ()
    errors: Sequence[str] = ()
    was: str = ""


@dataclass(frozen=True, kw_only=True)
class EditRow:
    """``key`` says which kept row it is."""

    key: str
    key_name: str
    cells: Sequence[Cell]


@dataclass(frozen=True, kw_only=True)
class EditTable:
    part: str
    label: str
    columns: Sequence[str]
    rows: Sequence[EditRow]
    empty: EditRow

    @property
    def total(self) -> int:
        return len(self.rows)


def edit_table(
    part: str,
    label: str,
    heads: Sequence[Head],
    rows: Sequence[Mapping[str, Any]],
    problems: Sequence[Problem],
    *,
    key: str = "key",
    was: Callable[[Mapping[str, Any], str], str] | None = None,
) -> EditTable:
    """Rows as they were typed or stand now, with spare ones; problems at their cells."""
    wrong: dict[str, list[str]] = {}
    for p in problems:
        wrong.setdefault(p.field, []).append(f"{p.message} {p.mend}".strip())

    def row(number: str, said: Mapping[str, Any], place: int) -> EditRow:
        return EditRow(
            key=_text(said, key),
            key_name=f"{part}-{number}-{key}",
            cells=[
                Cell(
                    name=f"{part}-{number}-{head.name}",
                    id=f"id_{part}-{number}-{head.name}",
                    label=head.label,
                    value=_text(said, head.name),
                    type=head.type,
                    options=head.options,
                    errors=wrong.get(f"{part}.{place}.{head.name}", ()),
                    was=was(said, head.name) if was else "",
                )
                for head in heads
            ],
        )

    shown = [*rows, *({} for _n in range(SPARE_ROWS))]
    return EditTable(
        part=part,
        label=label,
        columns=[head.label for head in heads],
        rows=[row(str(n), said, n + 1) for n, said in enumerate(shown)],
        empty=row("__prefix__", {}, 0),
    )


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    return "" if value is None else str(value)
