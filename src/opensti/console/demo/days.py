"""On which day a story begins, so that it comes to its stage by the day it is told."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

import click
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from opensti.console.demo import DETERMINING, LENGTH
from opensti.domains.procedures.choices import TASK_KIND_LABELS, Act, TaskKind
from opensti.domains.procedures.regimes.loading import load_regime, regime_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from opensti.domains.procedures.regimes.format import Regime, TransitionRule

    Governing = tuple[TransitionRule, Regime]


class NotThen(click.ClickException):
    """No story can be told on this day; nothing was made."""

    exit_code = 2


def begin(end: datetime, days: int, kind: str) -> datetime:
    """When a story of so many days begins; longer where a council determines the orders.

    A procedure must govern it until its call is closed: what follows keeps that procedure.
    Raises ``NotThen`` where no procedure governs the whole of it, with the days that do.
    """
    known = _known()
    governing = [
        (rule, known[rule.then])
        for regime in known.values()
        for rule in regime.transition_rules
        if rule.kind == kind and rule.then in known
    ]
    start = morning(end, days)
    first = _governs(governing, localdate(start))
    start = morning(end, _length(first, days))
    closed = start + timedelta(days=_length(first, min(days, LENGTH["closed"])))
    for day in _days(localdate(start), localdate(min(closed, end))):
        if _governs(governing, day) is None:
            raise NotThen(_why(governing, kind, day, days))
    return start


def tales_of(
    plan: Mapping[str, int],
    end: datetime,
    kind: str,
    *,
    earlier: int,
    life: int = 0,
) -> list[tuple[str, int, datetime, datetime]]:
    """Each story with its dossiers, its first and its last moment.

    The public reads figures of councils only of a year that is over, and of five councils
    or more: two stories of ``earlier`` dossiers close in the year before, where a
    procedure governs them. So is one whole life of a task chosen among ``life`` dossiers.
    """
    tales = [(goal, n, begin(end, LENGTH[goal], kind), end) for goal, n in plan.items()]
    if earlier:
        for month in (11, 12):
            closed = morning(end, 0).replace(year=end.year - 1, month=month, day=15)
            with suppress(NotThen):
                start = begin(closed, LENGTH["closed"], kind)
                tales.append(("closed", earlier, start, closed))
    if life:
        with suppress(NotThen):
            tales.append(("used", life, begin(end, LENGTH["used"], kind), end))
    return tales


@cache
def _known() -> dict[str, Regime]:
    """The procedures as their files say, read once for all stories."""
    return {r.id: r for r in map(load_regime, regime_files())}


def _length(regime: Regime | None, days: int) -> int:
    """How many days a story takes that begins under this procedure."""
    table = regime.order if regime else None
    asks = table and table.step(table.initial, Act.ORDER_SEND_TO_COUNCIL)
    return days + DETERMINING if asks else days


def morning(end: datetime, days: int) -> datetime:
    return (end - timedelta(days=days)).replace(
        hour=1, minute=0, second=0, microsecond=0
    )


def _governs(governing: Iterable[Governing], day: date) -> Regime | None:
    return next((regime for rule, regime in governing if rule.covers(day)), None)


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _why(governing: Iterable[Governing], kind: str, day: date, days: int) -> str:
    """Which day is governed by nothing, and from and until when a story can be told."""
    rules = [rule for rule, _regime in governing]
    since = min((r.submitted_from for r in rules if r.submitted_from), default=None)
    ends = [r.submitted_until for r in rules]
    until = None if None in ends else max((e for e in ends if e), default=None)
    said = _(
        "No procedure governs a %(kind)s on %(day)s, and the story needs one from its "
        "first day to --on."
    ) % {"kind": TASK_KIND_LABELS[TaskKind(kind)], "day": f"{day:%d/%m/%Y}"}
    if since is not None:
        first = since + timedelta(days=_length(_governs(governing, since), days))
        said += " " + _("The earliest day is --on %(day)s.") % {"day": first}
    if until is not None:
        last = until - timedelta(days=1)
        said += " " + _("The latest day is --on %(day)s.") % {"day": last}
    return said
