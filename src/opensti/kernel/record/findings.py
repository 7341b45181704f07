"""What a check of the record gathers on its walk, and what it says of a row."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sti_methods.ledger import Frontier

from opensti.kernel.record.models import LogHead

if TYPE_CHECKING:
    from sti_methods.ledger import Edge

    from opensti.kernel.record.rows import Row

WIDTH = 256


class Kind(StrEnum):
    """What happened to a row."""

    ALTERED = "altered"
    DELETED = "deleted"
    INSERTED = "inserted"
    REORDERED = "reordered"
    TREE = "tree"
    SIGNED = "signed"
    ROLLED_BACK = "rolled_back"
    FORKED = "forked"
    COSIGNED = "cosigned"
    SECRET = "secret"  # noqa: S105 -- a kind of finding


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is wrong, with the row it is wrong in."""

    kind: Kind
    row: str
    message: str
    position: int | None = None

    def as_dict(self) -> dict[str, Any]:
        return {
            "kind": str(self.kind),
            "position": self.position,
            "row": self.row,
            "message": self.message,
        }


@dataclass
class Pass:
    """What the one walk over the log gathers."""

    size: int
    edge: Edge
    frontier: Frontier = field(default_factory=Frontier)  # as the tiles tell
    rebuilt: Frontier | None = field(default_factory=Frontier)  # as the rows tell
    odd: list[tuple[Row, bytes | None]] = field(default_factory=list)
    beyond: list[Row] = field(default_factory=list)
    missing: dict[int, bytes | None] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    blocks: list[int] = field(default_factory=list)
    erased: set[tuple[int, str]] = field(default_factory=set)
    unkept: list[tuple[Row, str]] = field(default_factory=list)
    by_tiles: dict[int, bytes] = field(default_factory=dict)
    by_rows: dict[int, bytes] = field(default_factory=dict)


def of_tree(row: str, message: str) -> Finding:
    return Finding(kind=Kind.TREE, row=row, message=message)


def size_now() -> int:
    return LogHead.objects.values_list("size", flat=True).first() or 0
