"""A wrong tie is set aside once and for all, and can be let count again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from opensti.domains.panels.actions.cases import follow, keep_ties, pair_of
from opensti.domains.panels.actions.declaring import facts_of
from opensti.domains.panels.actions.judging import is_sure, locked_case, no_reason
from opensti.domains.panels.choices import ConflictState
from opensti.domains.panels.models import Conflict, DismissedTie
from opensti.domains.panels.queries.cases import person_subject
from opensti.domains.panels.queries.evidence import hidden_of
from opensti.kernel.access import get_visible, require
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, NotFound, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from opensti.kernel.access import Actor


@transaction.atomic
def dismiss_tie(
    *, actor: Actor, conflict_id: int, tie: str, reason: str, at: datetime
) -> DismissedTie:
    """Set a wrong tie aside once and for all: "this Nguyễn Văn An is not that one".

    Where the tie rests on an identity, the identity is what is wrong; no case asks about
    it again, in this call or another. Cases that then stand on nothing lapse. A sure tie
    that the texts bar goes only after two people found that it is no conflict: setting it
    aside must not be the way around the second person.
    """
    case = locked_case(actor, conflict_id, None)
    require(actor, "panels.judge_conflict", case)
    found = next((t for t in case.evidence if t["tie"] == tie), None)
    if found is None:
        raise NotFound
    if not reason.strip():
        raise Invalid([no_reason()])
    key = found["identity"].split(" & ")[0] or f"{case.person_id}|{tie}"
    touched = [
        row
        for row in _resting_on(key, found, case)
        if any(key in _keys(row, t) for t in row.evidence)
    ]
    if any(
        row.state != ConflictState.NONE
        and any(is_sure(t) and key in _keys(row, t) for t in row.evidence)
        for row in touched
    ):
        raise StepNotAllowed(
            _(
                "The registry itself tells of this tie: one person alone cannot lift it."
            ),
            mend=_(
                "Give the verdict that it is no conflict; once a second person has "
                "confirmed it, the tie can be set aside."
            ),
            article=case.article,
        )
    made, _new = DismissedTie.objects.get_or_create(
        person_id=case.person_id,
        key=key[:200],
        restored_at=None,
        defaults={
            "conflict": case,
            "said": found,
            "reason": reason.strip(),
            "dismissed_by_id": actor.account_id,
            "dismissed_at": at,
        },
    )
    _weigh_again(touched, actor, at)
    record(
        actor=actor,
        act="panels.dismiss_tie",
        subject=person_subject(case.person_id),
        at=at,
        secret={
            "key": key,
            "tie": tie,
            "cases": len(touched),
            "reason": reason.strip(),
        },
    )
    return made


@transaction.atomic
def restore_tie(
    *, actor: Actor, dismissed_id: int, reason: str, at: datetime
) -> DismissedTie:
    """Let a tie count again that was set aside; the next search finds it."""
    row = get_visible(actor, DismissedTie.objects.select_for_update(), pk=dismissed_id)
    require(actor, "panels.judge_conflict", row)
    if hidden_of(actor, [row.said]):
        raise NotFound
    if not reason.strip():
        raise Invalid([no_reason()])
    if row.restored_at is not None:
        raise StepNotAllowed(_("This tie counts again already."))
    row.restored_at, row.restored_by_id = at, actor.account_id
    row.save(update_fields=["restored_at", "restored_by"])
    record(
        actor=actor,
        act="panels.restore_tie",
        subject=person_subject(row.person_id),
        at=at,
        secret={"key": row.key, "reason": reason.strip()},
    )
    return row


# ---- parts


def _resting_on(key: str, found: dict[str, Any], case: Conflict) -> Any:
    """Where else the same wrong tie may stand: narrowed here, the keys decide."""
    rows = Conflict.objects.exclude(state=ConflictState.LAPSED)
    if found["identity"]:
        rows = rows.annotate(text=Cast("evidence", TextField())).filter(
            text__contains=key
        )
    else:
        rows = rows.filter(person_id=case.person_id)
    ids = list(rows.order_by().values_list("pk", flat=True))
    return Conflict.objects.select_for_update().filter(pk__in=ids).order_by("pk")


def _keys(row: Conflict, tie: dict[str, Any]) -> set[str]:
    return {f"{row.person_id}|{tie['tie']}", *tie["identity"].split(" & ")}


def _weigh_again(cases: Sequence[Conflict], actor: Actor, at: datetime) -> None:
    if not cases:
        return
    pairs = {pair_of(case): case for case in cases}
    rules, words = facts_of({thing for _person, thing in pairs})
    kept = keep_ties(
        {pair: [] for pair in pairs},
        rules_of=lambda thing: rules.get(thing, ()),
        words=lambda thing: words.get(thing, ""),
        at=at,
        whole=False,
    )
    follow(kept.touched, actor=actor, at=at)


__all__ = ["dismiss_tie", "restore_tie"]
