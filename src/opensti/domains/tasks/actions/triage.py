"""What the ministry answers to a need: return, accept, merge, decline; one or many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.procedures import actions as procedures_actions
from opensti.domains.procedures import queries as procedures_queries
from opensti.domains.procedures.choices import Act, State
from opensti.domains.tasks.actions.needs import locked_need
from opensti.domains.tasks.events import NeedAnswered
from opensti.domains.tasks.models import Need
from opensti.domains.tasks.queries import need_subject
from opensti.kernel.access import require, visible
from opensti.kernel.bulk import BulkLine, in_turn
from opensti.kernel.events import publish
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from opensti.kernel.access import Actor


@transaction.atomic
def return_need(
    *,
    actor: Actor,
    need_id: int,
    reply: str,
    at: datetime,
    expected_version: int | None = None,
) -> Need:
    """Send the need back for completion, saying what is missing."""
    return _answer(
        actor=actor,
        need_id=need_id,
        act=Act.NEED_RETURN,
        reply=_needed(reply),
        at=at,
        expected_version=expected_version,
    )


@transaction.atomic
def accept_need(
    *,
    actor: Actor,
    need_id: int,
    at: datetime,
    reply: str = "",
    expected_version: int | None = None,
) -> Need:
    """Take the need up for consideration."""
    return _answer(
        actor=actor,
        need_id=need_id,
        act=Act.NEED_ACCEPT,
        reply=reply.strip(),
        at=at,
        expected_version=expected_version,
    )


@transaction.atomic
def decline_need(
    *,
    actor: Actor,
    need_id: int,
    reply: str,
    at: datetime,
    expected_version: int | None = None,
) -> Need:
    """Answer that the need is not taken up, and why."""
    return _answer(
        actor=actor,
        need_id=need_id,
        act=Act.NEED_DECLINE,
        reply=_needed(reply),
        at=at,
        expected_version=expected_version,
    )


@transaction.atomic
def merge_needs(
    *, actor: Actor, need_ids: Sequence[int], into_id: int, reply: str, at: datetime
) -> Need:
    """Merge several needs into one that stays; every proposer is told, with the reply."""
    wanted = sorted({*need_ids} - {into_id})
    if not wanted:
        raise Invalid(
            [
                Problem(
                    field="ids",
                    message=_("Choose at least one other need to merge."),
                    mend=_("Tick the needs that ask for the same."),
                )
            ]
        )
    text = _needed(reply)
    needs = {pk: locked_need(actor, pk) for pk in sorted([*wanted, into_id])}
    into = needs[into_id]
    if into.case.state not in (State.SUBMITTED, State.TRIAGED):
        raise Invalid(
            [
                Problem(
                    field="into",
                    message=_(
                        "The need that stays must itself be under consideration."
                    ),
                    mend=_("Choose a need that is submitted or accepted."),
                )
            ]
        )
    for pk in wanted:
        need = needs[pk]
        need.merged_into = into
        _answer(
            actor=actor, need_id=pk, act=Act.NEED_MERGE, reply=text, at=at, need=need
        )
    record(
        actor=actor,
        act="needs.receive_merged",
        subject=need_subject(into.public_id),
        at=at,
        detail={"merged": [needs[pk].public_id for pk in wanted]},
    )
    publish(
        NeedAnswered(
            need_id=into.pk,
            user_id=into.created_by_id,
            state=into.case.state,
            reply=text,
            at=at,
        )
    )
    return into


BULK: Mapping[str, Callable[..., Need]] = {
    Act.NEED_ACCEPT: accept_need,
    Act.NEED_DECLINE: decline_need,
}


@transaction.atomic
def triage_in_bulk(
    *,
    actor: Actor,
    act: str,
    need_ids: Sequence[int],
    reply: str,
    at: datetime,
    dry_run: bool,
) -> list[BulkLine[Need]]:
    """Accept or decline many needs by the same acts as one; all or none.

    A dry run does everything and undoes it: what it says is what would happen.
    """
    require(actor, "tasks.triage_need")
    if act not in BULK:
        raise Invalid(
            [
                Problem(
                    field="act",
                    message=_("This is not done to many needs at once."),
                    mend=_("Choose one of the list."),
                )
            ]
        )
    needs = visible(actor, Need.objects.select_related("case")).filter(pk__in=need_ids)

    def answer(need: Need) -> None:
        BULK[act](actor=actor, need_id=need.pk, reply=reply, at=at)

    return in_turn(needs.order_by("pk"), answer, dry_run=dry_run)


def _answer(
    *,
    actor: Actor,
    need_id: int,
    act: Act,
    reply: str,
    at: datetime,
    expected_version: int | None = None,
    need: Need | None = None,
) -> Need:
    """One step of triage: lock, step by the regime, keep the reply, record, tell."""
    need = need or locked_need(actor, need_id)
    require(actor, "tasks.triage_need", need)
    case = procedures_actions.take_step(
        actor=actor,
        case_id=need.case_id,
        act=act,
        at=at,
        reason=reply,
        expected_version=expected_version,
    )
    need.case = case
    need.reply = reply
    need.replied_at = at
    need.save(update_fields=["reply", "replied_at", "merged_into"])
    record(
        actor=actor,
        act=act,
        subject=need_subject(need.public_id),
        at=at,
        basis=procedures_queries.basis(case, act),
        detail={
            "reply": reply,
            **(
                {"into": need.merged_into.public_id}
                if act == Act.NEED_MERGE and need.merged_into
                else {}
            ),
        },
    )
    publish(
        NeedAnswered(
            need_id=need.pk,
            user_id=need.created_by_id,
            state=case.state,
            reply=reply,
            at=at,
        )
    )
    return need


def _needed(reply: str) -> str:
    if not reply.strip():
        raise Invalid(
            [
                Problem(
                    field="reply",
                    message=_("A reply to the proposer is required."),
                    mend=_("Say why, in words that the proposer can use."),
                )
            ]
        )
    return reply.strip()
