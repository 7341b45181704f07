"""Notices of what happened: whom each one is for, what it says, and its mail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Model  # noqa: TC002 -- read by the dataclass
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from opensti.domains.accounts.queries import account_by_id
from opensti.domains.registry.queries import actor_for, managers_of
from opensti.domains.strategies.choices import (
    ActionState,
    NoticeKind,
    ObservationState,
    PlanState,
)
from opensti.domains.strategies.models import (
    Assignment,
    Observation,
    Plan,
    PlanComment,
    PlanEdition,
    StocktakeDecision,
)
from opensti.domains.strategies.queries.observations import observation_subject
from opensti.domains.strategies.queries.plan_trees import plan_subject
from opensti.domains.strategies.queries.stocktakes import stocktake_subject
from opensti.kernel.access import SYSTEM, visible
from opensti.kernel.record.actions import record
from opensti.kernel.record.queries import log_origin

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from opensti.kernel.refusals import Text


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One notice that still stands: of which row, for whom, in which words.

    It is mailed to the accounts ``users`` and to the managers of ``agencies``, each by
    himself, and only to those who may know of ``row``.
    """

    row: Model
    subject: str
    title: Text
    text: Text
    values: dict[str, Any]
    page: tuple[str, str | int]
    users: frozenset[int] = frozenset()
    agencies: frozenset[int] = frozenset()


def people_told(*, kind: str, thing_id: int, at: datetime) -> list[int]:
    """User ids of those a notice is for on this day; none once it no longer stands."""
    notice = KINDS[NoticeKind(kind)](thing_id)
    return _people(notice, localdate(at)) if notice else []


def mail_notice(*, kind: str, thing_id: int, user_id: int, at: datetime) -> bool:
    """Mail a notice to one person; returns whether it is out.

    Not to an account that is closed, has no address, or may no longer know of the thing.
    The mail carries the same Message-ID however often it is sent. Raises ``OSError`` or
    ``ValueError`` where the mail was not taken.
    """
    notice = KINDS[NoticeKind(kind)](thing_id)
    user = account_by_id(user_id)
    if notice is None or not user.is_active or not user.email:
        return False
    actor = actor_for(user=user, on=localdate(at), sudo=False)
    rows = type(notice.row)._default_manager.filter(pk=notice.row.pk)
    if not visible(actor, rows).exists():
        return False
    name, argument = notice.page
    link = settings.OPENSTI_ADDRESS.rstrip("/") + reverse(name, args=[argument])
    with override("vi"):
        title, text = notice.title % notice.values, notice.text % notice.values
    house = log_origin().partition("/")[0]
    EmailMessage(
        " ".join(title.split()),
        f"{text}\n\n{link}",
        to=[user.email],
        headers={"Message-ID": f"<notice.{kind}.{thing_id}.{user_id}@{house}>"},
    ).send()
    with transaction.atomic():
        record(
            actor=SYSTEM,
            act="strategies.mail_notice",
            subject=notice.subject,
            at=at,
            detail={"notice": kind},
            secret={"user": user_id},
        )
    return True


def _people(notice: Notice, today: date) -> list[int]:
    found = set(notice.users)
    for agency_id in notice.agencies:
        found.update(managers_of(agency_id, today))
    return sorted(found)


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


# ---- what each notice says


def _decided(thing_id: int) -> Notice | None:
    """To the organisation that carries a decision out, until it is carried out."""
    rows = StocktakeDecision.objects.select_related("stocktake__plan")
    row = rows.filter(pk=thing_id, done_on=None, owner__isnull=False).first()
    if row is None or row.owner_id is None:
        return None
    return Notice(
        row=row,
        subject=stocktake_subject(row.stocktake.public_id),
        title=_("To be carried out by %(day)s: a decision of a stocktake"),
        text=_(
            "The stocktake “%(stocktake)s” of %(plan)s decided what your organisation carries out:\n\n%(decision)s\n\nUntil: %(day)s\n\nIt stands under “What is to be done” until you say here that it is carried out:"
        ),
        values={
            "stocktake": row.stocktake.title_vi,
            "plan": row.stocktake.plan.code,
            "decision": row.text,
            "day": _day(row.due_on),
        },
        page=("strategies:stocktake_decision", row.pk),
        agencies=frozenset({row.owner_id}),
    )


def _returned(thing_id: int) -> Notice | None:
    """To whoever entered a value that was sent back, until it is reported anew."""
    rows = Observation.objects.select_related("indicator")
    row = rows.filter(
        pk=thing_id, state=ObservationState.RETURNED, replaced_by=None
    ).first()
    if row is None:
        return None
    return Notice(
        row=row,
        subject=observation_subject(row),
        title=_("Sent back: %(code)s of %(period)s"),
        text=_(
            "The value of %(code)s (%(name)s) for %(period)s was sent back. What is wrong with it:\n\n%(reason)s\n\nReport it anew; the old row stays in the history:"
        ),
        values={
            "code": row.indicator.code,
            "name": row.indicator.name_vi,
            "period": row.period,
            "reason": row.returned_for,
        },
        page=("strategies:observation", row.public_id),
        users=frozenset({row.entered_by_id}),
    )


def _opened(thing_id: int) -> Notice | None:
    """To the agencies of a plan, as long as it is open for comments."""
    plan = Plan.objects.filter(pk=thing_id, state=PlanState.CONSULTED).first()
    if plan is None:
        return None
    return _of_plan(
        plan,
        _("Open for comments until %(day)s: %(plan)s"),
        _(
            "“%(title)s” (%(plan)s) is open for comments until the end of %(day)s. Your agency is named in it:"
        ),
        day=_day(plan.comments_until),
    )


def _issued(thing_id: int) -> Notice | None:
    """To the agencies of a plan that an act issued or amended."""
    row = PlanEdition.objects.select_related("plan").defer("tree").get(pk=thing_id)
    first = row.number == 1
    return _of_plan(
        row.plan,
        _("Issued: %(plan)s") if first else _("Amended: %(plan)s"),
        _(
            "“%(title)s” (%(plan)s) was issued by %(act)s of %(day)s. Your agency is named in it:"
        )
        if first
        else _(
            "“%(title)s” (%(plan)s) was amended by %(act)s of %(day)s. Your agency is named in it:"
        ),
        act=row.act_number,
        day=_day(row.acted_on),
    )


def _of_plan(plan: Plan, title: Text, text: Text, **values: str) -> Notice:
    named = (
        Assignment.objects.filter(
            action__plan=plan, action__goal__closed_on=None, agency__isnull=False
        )
        .exclude(action__state=ActionState.CANCELLED)
        .order_by()
        .values_list("agency_id", flat=True)
    )
    return Notice(
        row=plan,
        subject=plan_subject(plan.public_id),
        title=title,
        text=text,
        values={"plan": plan.code, "title": plan.title_vi, **values},
        page=("strategies:plan", plan.public_id),
        agencies=frozenset(pk for pk in named if pk is not None),
    )


def _answered(thing_id: int) -> Notice:
    """To whoever made the comment that was answered."""
    row = PlanComment.objects.select_related("plan").get(pk=thing_id)
    return Notice(
        row=row,
        subject=plan_subject(row.plan.public_id),
        title=_("Your comment on %(plan)s was answered"),
        text=_("Your comment on “%(title)s” (%(plan)s) was taken up:\n\n%(answer)s")
        if row.taken_up
        else _(
            "Your comment on “%(title)s” (%(plan)s) was not taken up:\n\n%(answer)s"
        ),
        values={
            "plan": row.plan.code,
            "title": row.plan.title_vi,
            "answer": row.answer,
        },
        page=("strategies:comments", row.plan.public_id),
        users=frozenset({row.author_id}),
    )


KINDS: dict[NoticeKind, Callable[[int], Notice | None]] = {
    NoticeKind.DECIDED: _decided,
    NoticeKind.RETURNED: _returned,
    NoticeKind.OPENED: _opened,
    NoticeKind.ISSUED: _issued,
    NoticeKind.ANSWERED: _answered,
}
