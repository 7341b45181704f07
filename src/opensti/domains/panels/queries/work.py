"""What councils ask of a person today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from opensti.domains.calls.queries import call_subject
from opensti.domains.panels.choices import (
    VOTING,
    BallotMethod,
    BallotState,
    ConflictState,
    CouncilKind,
    CouncilState,
    SeatState,
)
from opensti.domains.panels.models import (
    Assignment,
    Ballot,
    Conflict,
    Council,
    CouncilItem,
    Seat,
    Signature,
    Turn,
)
from opensti.domains.panels.queries.councils import (
    council_subject,
    dossiers_to_judge,
    last_day_for_documents,
)
from opensti.domains.panels.queries.reviewing_work import (
    questions_to_answer,
    questions_to_release,
    reviews_to_write,
)
from opensti.domains.panels.queries.rules import rule_of
from opensti.domains.procedures.choices import State
from opensti.domains.procedures.queries import REGIME
from opensti.kernel.access import Role, visible
from opensti.kernel.bilingual import Words
from opensti.kernel.work import WorkItem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from opensti.kernel.access import Actor

MOST = 100


def work_for(actor: Actor, today: date) -> list[WorkItem]:
    """Lines for the home page; 11 queries at most, however many councils there are."""
    if actor.user_id is None or actor.has(Role.ADMIN, Role.AUDITOR):
        return []
    lines: list[WorkItem] = []
    if actor.person_id is not None:
        lines += [*_invitations(actor), *_ballots(actor, today)]
        lines += [*reviews_to_write(actor, today), *_to_sign(actor, today)]
    if actor.has(Role.OFFICER, Role.SECRETARY):
        lines += [*_conflicts(actor), *_forming(actor), *_keeping(actor, today)]
        lines += questions_to_release(actor)
    if actor.has(Role.APPLICANT, Role.MANAGER):
        lines += questions_to_answer(actor, today)
    return lines


def _line(
    kind: str,
    title: str,
    council: Council,
    *,
    url_name: str,
    due: date | None,
    today: date,
) -> WorkItem:
    return WorkItem(
        kind=kind,
        title=title,
        about=Words.titled(council),
        url_name=url_name,
        url_args=(council.public_id,),
        subject=council_subject(council.public_id),
        due_on=due,
        article=rule_of(council).basis,
        overdue=due is not None and due < today,
    )


def _invitations(actor: Actor) -> Iterator[WorkItem]:
    seats = (
        Seat.objects.filter(
            person_id=actor.person_id or 0,
            state=SeatState.INVITED,
            council__state=CouncilState.SET_UP,
        )
        .select_related("council__regime_version")
        .defer(*(f"council__{name}" for name in REGIME), "council__minutes")
        .order_by("pk")[:MOST]
    )
    for seat in seats:
        council = seat.council
        yield _line(
            "panels.answer",
            _("Answer the invitation to a council"),
            council,
            url_name="panels:invitation",
            due=localdate(council.meeting_at) if council.meeting_at else None,
            today=localdate(),
        )


def _to_sign(actor: Actor, today: date) -> Iterator[WorkItem]:
    """Minutes of meetings that ran here, which I attended and have not signed."""
    ran = Turn.objects.filter(sitting__council=OuterRef("council"))
    signed = Signature.objects.filter(seat=OuterRef("pk"), voided_at=None)
    seats = (
        Seat.objects.filter(
            Exists(ran),
            ~Exists(signed),
            person_id=actor.person_id or 0,
            present=True,
            state=SeatState.ACCEPTED,
            council__state=CouncilState.CONCLUDED,
            council__minutes_adopted_at=None,
        )
        .select_related("council__regime_version")
        .defer(*(f"council__{name}" for name in REGIME), "council__minutes")
        .order_by("pk")[:MOST]
    )
    for seat in seats:
        yield _line(
            "panels.sign",
            _("Read the minutes and sign them"),
            seat.council,
            url_name="panels:minutes_page",
            due=None,
            today=today,
        )


def _ballots(actor: Actor, today: date) -> Iterator[WorkItem]:
    """Items I judge and have not handed in, while ballots are taken."""
    seats = Seat.objects.filter(
        person_id=actor.person_id or 0, state=SeatState.ACCEPTED, role__in=VOTING
    )
    mine = Ballot.objects.filter(
        item=OuterRef("pk"),
        seat__person_id=actor.person_id or 0,
        state=BallotState.CAST,
    )
    reviewed = Assignment.objects.filter(
        item=OuterRef("pk"), seat__person_id=actor.person_id or 0
    )
    rows = (
        visible(
            actor,
            CouncilItem.objects.filter(
                council__in=seats.values("council_id"),
                council__state__in=[CouncilState.SET_UP, CouncilState.MEETING],
                council__documents_sent_at__isnull=False,
            ),
        )
        .filter(~Exists(mine))
        # A council that votes secretly takes no sheet by name.
        .filter(
            Q(council__meeting=None) | Q(council__meeting__method=BallotMethod.OPEN)
        )
        .annotate(
            to_review=Exists(reviewed),
        )
        .select_related("council__regime_version", "dossier", "order")
        .defer(
            "result",
            "council__minutes",
            "dossier__answers",
            "dossier__typed",
            *(f"council__{name}" for name in REGIME),
        )
        .order_by("council__meeting_at", "council_id", "position")[:MOST]
    )
    for row in rows:
        thing = row.dossier or row.order
        due = localdate(row.council.meeting_at) if row.council.meeting_at else None
        yield WorkItem(
            kind="panels.review" if row.to_review else "panels.vote",
            title=_("Write your review and hand in the ballot")
            if row.to_review
            else _("Read and hand in your ballot"),
            about=Words.titled(thing) if thing is not None else Words(),
            url_name="panels:ballot",
            url_args=(row.public_id,),
            subject=council_subject(row.council.public_id),
            due_on=due,
            article=rule_of(row.council).basis,
            overdue=due is not None and due < today,
        )


def _conflicts(actor: Actor) -> Iterator[WorkItem]:
    """One line for all cases that wait for a verdict: until then they bar."""
    rows = visible(actor, Conflict.objects.filter(state=ConflictState.OPEN))
    if n := rows.count():
        yield WorkItem(
            kind="panels.judge_conflict",
            title=_("Judge conflicts of interest: %(n)d") % {"n": n},
            url_name="panels:conflicts",
            subject="panels.conflicts",
        )


def _forming(actor: Actor) -> Iterator[WorkItem]:
    """One line for each call whose dossiers wait for a council that nobody has formed."""
    titles = {
        CouncilKind.SELECTION: _("Form a council for the valid dossiers: %(n)d"),
        CouncilKind.COST: _("Form the cost team: %(n)d dossiers"),
    }
    for kind, title in titles.items():
        rows = dossiers_to_judge(actor, kind)
        if kind == CouncilKind.COST:  # before that, an appraisal is only possible
            rows = rows.filter(case__state=State.COST_APPRAISAL)
        calls = (
            rows.order_by()
            .values("call__public_id", "call__code", "call__title_vi", "call__title_en")
            .annotate(n=Count("pk", distinct=True))
            .order_by("call__code")[:MOST]
        )
        for call in calls:
            yield WorkItem(
                kind="panels.form",
                title=title % {"n": call["n"]},
                code=call["call__code"],
                about=Words(call["call__title_vi"], call["call__title_en"]),
                url_name="calls:call",
                url_args=(call["call__public_id"],),
                subject=call_subject(call["call__public_id"]),
            )


def _keeping(actor: Actor, today: date) -> Iterator[WorkItem]:
    """One line for each council that waits for its keeper, with what comes next.

    Officers, who alone give seats, also find the councils in which somebody declined.
    """
    mine = Q(secretary_id=actor.user_id)
    if (lender := actor.on_behalf.get(Role.SECRETARY)) is not None:
        mine |= Q(secretary_id=lender)
    gap = Q(state=CouncilState.SET_UP) & Exists(
        Seat.objects.filter(council=OuterRef("pk"), state=SeatState.DECLINED)
    )
    officer = actor.has(Role.OFFICER)
    if officer:
        mine |= Q(state=CouncilState.DRAFT) | Q(secretary=None)
    rows = (
        visible(actor, Council.objects.annotate(kept=mine, gap=gap))
        .filter(Q(kept=True) | Q(gap=True) if officer else Q(kept=True))
        .exclude(state=CouncilState.DISSOLVED)
        .exclude(minutes_adopted_at__isnull=False)
        .select_related("regime_version")
        .defer(*REGIME, "minutes")
        .annotate(
            unanswered=Count("seats", filter=Q(seats__state=SeatState.INVITED)),
        )
        .order_by("meeting_at", "pk")[:MOST]
    )
    for council in rows:
        if officer and council.gap:
            yield _line(
                "panels.replace",
                _("Find somebody for the seat of who declined"),
                council,
                url_name="panels:council_seats",
                due=localdate(council.meeting_at) if council.meeting_at else None,
                today=today,
            )
        if not council.kept:
            continue
        kind, title, due = _next(council, today)
        if kind == "panels.set_up" and not actor.has(Role.OFFICER):
            kind, title = "panels.form", _("Form the council")
        yield _line(
            kind, title, council, url_name="panels:council", due=due, today=today
        )


def _next(  # noqa: PLR0911 -- one line for each thing that may be next
    council: Council, today: date
) -> tuple[str, str, date | None]:
    meeting = localdate(council.meeting_at) if council.meeting_at else None
    if council.state == CouncilState.DRAFT:
        return "panels.set_up", _("Form the council and set it up"), None
    if council.state == CouncilState.SET_UP:
        if meeting is None:
            return "panels.schedule", _("Call the meeting"), None
        if council.documents_sent_at is None:
            return (
                "panels.send_documents",
                _("Send the documents to the members"),
                last_day_for_documents(council),
            )
        if meeting > today and getattr(council, "unanswered", False):
            return "panels.remind", _("Members have not yet answered"), meeting
        return "panels.open", _("Hold the meeting"), meeting
    if council.state == CouncilState.MEETING:
        return "panels.conclude", _("Conclude the meeting"), meeting
    return "panels.adopt_minutes", _("Have the minutes adopted"), None
