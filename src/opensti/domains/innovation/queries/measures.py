"""What the pipeline and the ideas of an organisation come to, by ``sti_methods.pipeline``.

Nothing here names an idea, an initiative or a person: it is what an organisation may
share with the ministry.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.timezone import localdate
from sti_methods.pipeline import (
    Move,
    Prospect,
    expected_value,
    kaplan_meier,
    measure,
    realised,
    wilson,
)

from opensti.domains.innovation import permissions
from opensti.domains.innovation.choices import Horizon, Kind, Risk, Verdict
from opensti.domains.innovation.lifecycle import RUNNING
from opensti.domains.innovation.models import (
    Assumption,
    Idea,
    Initiative,
    StageDecision,
    Trial,
)
from opensti.kernel.refusals import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sti_methods.pipeline import Measured, Realised, Survival
    from sti_methods.pipeline.flowing import Kind as MoveKind

    from opensti.kernel.access import Actor

DAY = 24 * 3600
# Fewer than these say little; a page says that.
FEW = 10
_KINDS: dict[str, MoveKind] = {
    Verdict.BEGIN: "enter",
    Verdict.MOVE: "enter",
    Verdict.HOLD: "hold",
    Verdict.RESUME: "resume",
    Verdict.STOP: "stop",
    Verdict.DONE: "done",
    # No verdict on whether it was worth it: they are censored.
    Verdict.MERGE: "leave",
    Verdict.SPLIT: "leave",
    Verdict.SPIN_OUT: "leave",
    Verdict.TRANSFER: "leave",
}


def expected_value_of(row: Initiative) -> float | None:
    """The expected commercial value in đồng; None while any part of it is not said."""
    parts = (row.value, row.commercial, row.launch, row.technical, row.development)
    if any(part is None for part in parts):
        return None
    value, commercial, launch, technical, development = (float(p or 0) for p in parts)
    return expected_value(
        Prospect(
            value=value,
            commercial=commercial,
            launch=launch,
            technical=technical,
            development=development,
        )
    )


@dataclass(frozen=True, kw_only=True)
class Mixed:
    """How the running initiatives are spread: count, part and value by one property."""

    label: str
    count: int
    part: float
    value: Decimal


@dataclass(frozen=True, kw_only=True)
class Replies:
    """How authors are answered. ``time``: days to the reply, open ones censored.

    ``in_time`` of ``answered``, with Wilson's bounds; ``late``: still without an answer.
    """

    ideas: int
    answered: int
    in_time: int
    part: float | None
    low: float | None
    high: float | None
    late: int
    time: Survival | None


@dataclass(frozen=True, kw_only=True)
class Measures:
    """All measures of one organisation up to a moment.

    ``pipeline``: None before the first initiative. ``expected``: sum of the expected
    values of the ``estimated`` running initiatives, in đồng.
    """

    pipeline: Measured | None
    replies: Replies
    assumptions: int
    tested: int
    realised: Realised | None
    expected: float | None
    estimated: int
    running: int
    by_horizon: list[Mixed]
    by_risk: list[Mixed]
    by_kind: list[Mixed]


def own_organisations(actor: Actor) -> list[int]:
    """Ids of organisations the person acts for or advises; at most 1 query."""
    if not actor.is_authenticated:
        return []
    found = set(actor.member_of | actor.manages) | set(permissions.advised(actor))
    return sorted(found)


def measured_organisations(actor: Actor) -> list[int]:
    """Ids of organisations whose measures the person may see; at most 2 queries.

    Own and advised ones; for officers and leaders those that share measures today.
    """
    found = set(own_organisations(actor))
    if actor.has(*permissions.MINISTRY):
        found |= set(permissions.shared_with_ministry())
    return sorted(found)


def measures(actor: Actor, *, organisation_id: int, at: datetime) -> Measures:
    """What one organisation's innovation work comes to; at most 6 queries.

    Raises ``NotFound`` where its measures are nobody's business here. Cost: sorting.
    """
    if organisation_id not in measured_organisations(actor):
        raise NotFound
    rows = list(Initiative.objects.filter(organisation_id=organisation_id))
    running = [one for one in rows if one.state in RUNNING]
    values = [v for one in running if (v := expected_value_of(one)) is not None]
    told = Trial.objects.filter(assumption=OuterRef("pk")).exclude(told_at=None)
    assumed = Assumption.objects.filter(
        initiative__organisation_id=organisation_id
    ).aggregate(all=Count("pk"), tested=Count("pk", filter=Q(Exists(told))))
    return Measures(
        pipeline=_pipeline(organisation_id, at),
        replies=_replies(organisation_id, at),
        assumptions=assumed["all"],
        tested=assumed["tested"],
        realised=realised(
            {
                str(one.pk): (float(one.value), float(one.realised))
                for one in rows
                if one.value is not None and one.realised is not None
            }
        ),
        expected=sum(values) if values else None,
        estimated=len(values),
        running=len(running),
        by_horizon=_mixed(running, "horizon", Horizon.choices),
        by_risk=_mixed(running, "risk", Risk.choices),
        by_kind=_mixed(running, "kind", Kind.choices),
    )


def _pipeline(organisation_id: int, at: datetime) -> Measured | None:
    decisions = StageDecision.objects.filter(
        initiative__organisation_id=organisation_id, decided_at__lte=at
    )
    moves = [
        Move(
            item=str(one.initiative_id),
            at=one.decided_at.timestamp() / DAY,
            kind=_KINDS[one.verdict],
            stage=one.to_stage if _KINDS[one.verdict] == "enter" else "",
        )
        for one in decisions.order_by("initiative_id", "number")
    ]
    until = at.timestamp() / DAY
    if not any(move.at < until for move in moves):
        return None
    return measure(moves, until=until)


def _replies(organisation_id: int, at: datetime) -> Replies:
    rows = list(
        Idea.objects.filter(campaign__organisation_id=organisation_id)
        .order_by("pk")
        .values_list("handed_in_at", "answered_at", "reply_due")
    )
    answered = [(one, due) for _since, one, due in rows if one is not None]
    in_time = sum(localdate(one) <= due for one, due in answered)
    low, high = wilson(in_time, len(answered)) if answered else (None, None)
    return Replies(
        ideas=len(rows),
        answered=len(answered),
        in_time=in_time,
        part=in_time / len(answered) if answered else None,
        low=low,
        high=high,
        late=sum(one is None and due < localdate(at) for _since, one, due in rows),
        time=kaplan_meier(
            [
                max((one or at).timestamp() - since.timestamp(), 0) / DAY
                for since, one, _due in rows
            ],
            [one is not None for _since, one, _due in rows],
        )
        if rows
        else None,
    )


def _mixed(
    rows: Sequence[Initiative], name: str, choices: Iterable[tuple[object, object]]
) -> list[Mixed]:
    counted = Counter(getattr(one, name) for one in rows)
    return [
        Mixed(
            label=str(label),
            count=counted[code],
            part=counted[code] / len(rows) if rows else 0.0,
            value=sum(
                (one.value or Decimal(0) for one in rows if getattr(one, name) == code),
                Decimal(0),
            ),
        )
        for code, label in choices
    ]
