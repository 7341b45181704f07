"""The answer that there is no assignment: what is in the way, and what would mend it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Condition", "Infeasible", "Kind", "Relief"]

Kind = Literal["size", "least load", "most load", "rule", "lock", "probability"]


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One condition of a conflict, and for whom it stands there.

    ``name`` is the rule's or seat's. ``size``: these proposals get their number of experts.
    ``least load``, ``most load``: of these experts. ``rule``: in the panels of these proposals.
    ``lock``: the pairs of ``experts`` and ``proposals``, in one order. ``candidates`` counts who
    could be chosen for these proposals, ``barred`` those in conflict with them.
    """

    kind: Kind
    name: str = ""
    proposals: tuple[str, ...] = ()
    experts: tuple[str, ...] = ()
    candidates: int = 0
    barred: int = 0


@dataclass(frozen=True, kw_only=True)
class Relief:
    """One condition that gives way: from ``stated`` to ``needed``.

    A size falls, a least load falls, a most load rises; of a rule the least falls or the most
    rises; a lock goes from 1 to 0.
    """

    kind: Kind
    stated: int
    needed: int
    name: str = ""
    proposal: str = ""
    expert: str = ""


class Infeasible(Exception):  # noqa: N818 -- it is an answer, not a fault
    """No assignment meets every condition.

    Parameters
    ----------
    conflict : tuple of Condition
        They cannot be met together; without any one of them the others can, if ``smallest``.
    relief : tuple of Relief
        The least that must give way, of all conditions together.
    smallest : bool
        False when the search for a smaller conflict was broken off.
    proved : bool
        False when a draw under the limit was not found before the search ended, and may exist.
    """

    def __init__(
        self,
        conflict: tuple[Condition, ...],
        relief: tuple[Relief, ...],
        *,
        smallest: bool = True,
        proved: bool = True,
    ) -> None:
        self.conflict, self.relief = conflict, relief
        self.smallest, self.proved = smallest, proved
        super().__init__("No assignment meets every condition.")
