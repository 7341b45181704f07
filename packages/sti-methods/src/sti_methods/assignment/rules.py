"""Rules of composition: what must hold inside every panel.

Each becomes rows ``least ≤ number chosen of a set ≤ most`` for single proposals. Names
are what people read when a rule is in the way, and stand for the rule in refusals.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Apart", "Between", "OnePer", "Rule", "Seat", "rule_from", "rule_to"]


def _ids(value: Any) -> tuple[str, ...]:
    return tuple(sorted({str(item) for item in value}))


def _scope(value: Any) -> tuple[str, ...] | None:
    return None if value is None else _ids(value)


@dataclass(frozen=True, kw_only=True)
class Between:
    """At least ``least`` and at most ``most`` of ``experts`` in a panel.

    Quotas (share from enterprises, seniority, gender) and the coverage of an aspect of a
    proposal. ``proposals`` narrows it to some; None is all. ``most`` None is no limit.
    """

    name: str
    experts: tuple[str, ...]
    least: int = 0
    most: int | None = None
    proposals: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "experts", _ids(self.experts))
        object.__setattr__(self, "proposals", _scope(self.proposals))
        if self.least < 0 or (self.most is not None and self.most < self.least):
            raise ValueError(f"Rule {self.name!r}: 0 ≤ least ≤ most is required.")


@dataclass(frozen=True, kw_only=True)
class OnePer:
    """At most ``most`` of one group (organisation, province) in a panel.

    ``group_of`` names the group of experts; those it does not name are free.
    """

    name: str
    group_of: Mapping[str, str]
    most: int = 1
    proposals: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        groups = {str(k): str(v) for k, v in sorted(dict(self.group_of).items())}
        object.__setattr__(self, "group_of", groups)
        object.__setattr__(self, "proposals", _scope(self.proposals))
        if self.most < 0:
            raise ValueError(f"Rule {self.name!r}: most must be 0 or more.")

    def __hash__(self) -> int:
        return hash((self.name, tuple(self.group_of.items()), self.most))


@dataclass(frozen=True, kw_only=True)
class Apart:
    """Two experts who never sit in one panel: co-authors, relatives, rivals."""

    name: str
    pairs: tuple[tuple[str, str], ...]
    proposals: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        pairs = sorted({(str(min(a, b)), str(max(a, b))) for a, b in self.pairs})
        if any(a == b for a, b in pairs):
            raise ValueError(f"Rule {self.name!r}: nobody sits apart from themselves.")
        object.__setattr__(self, "pairs", tuple(pairs))
        object.__setattr__(self, "proposals", _scope(self.proposals))


@dataclass(frozen=True, kw_only=True)
class Seat:
    """``count`` of the chosen take this seat; each takes one seat at most.

    ``eligible`` None is everybody. Who takes no seat is a plain member.
    """

    name: str
    count: int = 1
    eligible: tuple[str, ...] | None = None
    proposals: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "eligible", _scope(self.eligible))
        object.__setattr__(self, "proposals", _scope(self.proposals))
        if self.count < 1:
            raise ValueError(f"Seat {self.name!r}: count must be 1 or more.")


Rule = Between | OnePer | Apart | Seat
_KINDS: dict[str, type[Any]] = {
    "between": Between,
    "one_per": OnePer,
    "apart": Apart,
    "seat": Seat,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def rule_to(rule: Rule) -> dict[str, Any]:
    """Return a rule as plain values, for JSON."""
    stated = {f.name: getattr(rule, f.name) for f in fields(rule)}
    return {"kind": _NAMES[type(rule)], **stated}


def rule_from(document: Mapping[str, Any]) -> Rule:
    """Return the rule that `rule_to` wrote."""
    stated = {key: value for key, value in document.items() if key != "kind"}
    if document["kind"] == "apart":
        stated["pairs"] = [tuple(pair) for pair in stated["pairs"]]
    rule: Rule = _KINDS[document["kind"]](**stated)
    return rule
