"""What a page hands to its frame: navigation, crumbs, tabs, steps, timeline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class NavLink:
    label: Any
    url: str
    current: bool = False
    count: int | None = None
    icon: str = ""


@dataclass(frozen=True, kw_only=True)
class NavGroup:
    label: Any
    links: Sequence[NavLink]


@dataclass(frozen=True)
class Crumb:
    label: Any
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Tab:
    label: Any
    url: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True, kw_only=True)
class Step:
    """``state`` is ``done``, ``current`` or ``next``."""

    label: Any
    state: str
    note: Any = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class TimelineItem:
    title: Any
    at: datetime | None = None
    who: Any = ""
    text: Any = ""
    url: str = ""
    tone: str = ""


@dataclass(frozen=True, kw_only=True)
class BulkRow:
    """One row of the preview of a bulk act: what will happen, or the refusal."""

    label: Any
    text: Any = ""
    url: str = ""
    refusal: Any = None
