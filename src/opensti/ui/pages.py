"""What a page hands to its frame: navigation, crumbs, tabs, steps, timeline."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
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
    inner: Sequence[TimelineItem] = ()

    @property
    def kind(self) -> tuple[str, ...]:
        """What makes two items the same act, whoever did it and whenever."""
        return str(self.title), str(self.text), self.url, self.tone


def folded(items: Iterable[TimelineItem], *, least: int = 3) -> list[TimelineItem]:
    """Put runs of the same act into one item that opens to the single ones."""
    lines: list[TimelineItem] = []
    for _kind, run in groupby(items, key=lambda item: item.kind):
        acts = list(run)
        if len(acts) < least:
            lines += acts
            continue
        title = _("%(act)s: %(count)s times") % {
            "act": acts[0].title,
            "count": len(acts),
        }
        lines.append(replace(acts[0], title=title, who="", inner=acts))
    return lines


@dataclass(frozen=True, kw_only=True)
class BulkRow:
    """One row of the preview of a bulk act: what will happen, or the refusal."""

    label: Any
    text: Any = ""
    url: str = ""
    refusal: Any = None
