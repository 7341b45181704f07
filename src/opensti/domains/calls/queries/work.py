"""What calls and dossiers ask of a person today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Min, Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from opensti.domains.calls.choices import EDITABLE, CallState
from opensti.domains.calls.models import Call, Dossier, DossierEditor, EarlyOpening
from opensti.domains.calls.queries.lists import call_subject, dossier_subject
from opensti.domains.procedures.choices import State, Track
from opensti.domains.procedures.queries import unsettled
from opensti.kernel.access import Role, visible
from opensti.kernel.bilingual import Words
from opensti.kernel.work import WorkItem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from opensti.kernel.access import Actor

MOST = 200


def work_for(actor: Actor, today: date) -> list[WorkItem]:
    """Lines for the home page: at most 6 queries, however many dossiers there are."""
    if actor.user_id is None or actor.has(Role.ADMIN):
        return []
    return [
        *_writing(actor, today),
        *(_calls(actor, today) if actor.has(Role.OFFICER, Role.LEADER) else ()),
        *(_opening(actor, today) if actor.has(Role.OFFICER, Role.SECRETARY) else ()),
        *(
            _agreeing(actor)
            if actor.has(Role.OFFICER, Role.SECRETARY, Role.LEADER)
            else ()
        ),
        *(_checking(actor, today) if actor.has(Role.OFFICER, Role.SECRETARY) else ()),
    ]


def _writing(actor: Actor, today: date) -> Iterator[WorkItem]:
    edited = DossierEditor.objects.filter(user_id=actor.user_id or 0).values(
        "dossier_id"
    )
    rows = (
        Dossier.objects.filter(
            Q(created_by_id=actor.user_id)
            | Q(pk__in=edited)
            | Q(host_id__in=actor.manages),
            case__state__in=EDITABLE,
        )
        .exclude(case__state=State.DRAFT, call__state=CallState.CANCELLED)
        .exclude(case__state=State.DRAFT, call__closes_at__date__lt=today)
        .select_related("case", "call")
        .defer("answers", "typed")
        .order_by("call__closes_at", "pk")[:MOST]
    )
    titles = {
        State.DRAFT: _("Finish and hand in the dossier"),
        State.SUPPLEMENT: _("Hand in the supplement that was asked for"),
        State.REVISING: _("Revise the dossier and hand it in"),
    }
    for row in rows:
        state = State(row.case.state)
        due = (
            localdate(row.call.closes_at)
            if state is State.DRAFT
            else row.supplement_until
            if state is State.SUPPLEMENT
            else None
        )
        yield WorkItem(
            kind=f"dossiers.{state}",
            title=titles[state],
            about=Words.titled(row) or Words.titled(row.call),
            url_name="calls:dossier",
            url_args=(row.public_id,),
            subject=dossier_subject(row.public_id),
            due_on=due,
            overdue=due is not None and due < today,
        )


def _calls(actor: Actor, today: date) -> Iterator[WorkItem]:
    for row in visible(actor, Call.objects.filter(state=CallState.DRAFT)).order_by(
        "pk"
    )[:MOST]:
        due = localdate(row.opens_at)
        yield WorkItem(
            kind="calls.publish",
            title=_("Publish the call"),
            code=row.code,
            about=Words.titled(row),
            url_name="calls:call",
            url_args=(row.public_id,),
            subject=call_subject(row.public_id),
            due_on=due,
            overdue=due < today,
        )


def _opening(actor: Actor, today: date) -> Iterator[WorkItem]:
    rows = visible(
        actor,
        Call.objects.filter(state=CallState.PUBLISHED, closes_at__date__lte=today),
    )
    for row in rows.order_by("closes_at")[:MOST]:
        yield WorkItem(
            kind="calls.open",
            title=_("Open the dossiers"),
            code=row.code,
            about=Words.titled(row),
            url_name="calls:call",
            url_args=(row.public_id,),
            subject=call_subject(row.public_id),
            due_on=localdate(row.closes_at),
        )


def _agreeing(actor: Actor) -> Iterator[WorkItem]:
    wishes = (
        visible(actor, EarlyOpening.objects.filter(agreed_by=None))
        .filter(call__state=CallState.PUBLISHED)
        .exclude(asked_by_id=actor.user_id)
        .select_related("call")
        .order_by("pk")[:MOST]
    )
    for wish in wishes:
        yield WorkItem(
            kind="calls.agree_early_opening",
            title=_("Decide on the wish to open dossiers early"),
            code=wish.call.code,
            about=Words.titled(wish.call),
            url_name="calls:early_opening",
            url_args=(wish.call.public_id,),
            subject=call_subject(wish.call.public_id),
        )


def _checking(actor: Actor, today: date) -> Iterator[WorkItem]:
    """One line for each call: dossiers to check, and supplements that did not come."""
    running = unsettled("case__deadlines__")
    rows = (
        visible(
            actor,
            Dossier.objects.filter(
                Q(case__state=State.SUBMITTED)
                | Q(case__state=State.SUPPLEMENT, supplement_until__lt=today),
                # Said again so that only cases in these states are read at all.
                case__track=Track.DOSSIER,
                case__state__in=[State.SUBMITTED, State.SUPPLEMENT],
            ),
        )
        .order_by()
        .values("call__public_id", "call__code", "call__title_vi", "call__title_en")
        .annotate(
            n=Count("pk", distinct=True),
            due=Min("case__deadlines__due_on", filter=running),
            article=Min("case__deadlines__article", filter=running),
        )
        .order_by("call__code")
    )
    for row in rows:
        yield WorkItem(
            kind="dossiers.check_eligibility",
            title=_("Check whether the dossiers are valid: %(n)d") % {"n": row["n"]},
            code=row["call__code"],
            about=Words(row["call__title_vi"], row["call__title_en"]),
            url_name="calls:call",
            url_args=(row["call__public_id"],),
            subject=call_subject(row["call__public_id"]),
            due_on=row["due"],
            article=row["article"] or "",
            overdue=row["due"] is not None and row["due"] < today,
        )
