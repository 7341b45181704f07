"""What reviews and questions before the meeting ask of a person today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from opensti.domains.panels.choices import (
    CouncilState,
    QuestionState,
    ReviewState,
    SeatState,
)
from opensti.domains.panels.models import (
    Assignment,
    Question,
    Recusal,
    Review,
    Undertaking,
)
from opensti.domains.panels.queries.councils import council_subject
from opensti.domains.panels.queries.reviewing import review_due
from opensti.domains.panels.queries.rules import rule_of
from opensti.domains.procedures.queries import REGIME
from opensti.kernel.access import Role, visible
from opensti.kernel.bilingual import Words
from opensti.kernel.work import WorkItem

if TYPE_CHECKING:
    from datetime import date

    from opensti.kernel.access import Actor

MOST = 100


def reviews_to_write(actor: Actor, today: date) -> list[WorkItem]:
    """One line for each review the person owes, or for the signature that comes first."""
    same = {"item": OuterRef("item"), "seat": OuterRef("seat")}
    rows = (
        visible(actor, Assignment.objects.all())
        .filter(
            ~Exists(Review.objects.filter(state=ReviewState.HANDED_IN, **same)),
            ~Exists(Recusal.objects.filter(**same)),
            seat__person_id=actor.person_id or 0,
            seat__state=SeatState.ACCEPTED,
            item__council__state=CouncilState.SET_UP,
            item__council__documents_sent_at__isnull=False,
        )
        .select_related("item__council__regime_version", "item__dossier", "item__order")
        .defer(
            "item__council__minutes",
            *(f"item__council__{name}" for name in REGIME),
            "item__dossier__answers",
            "item__dossier__typed",
        )
        .annotate(signed=Exists(Undertaking.objects.filter(seat=OuterRef("seat"))))
        .order_by("due_on", "pk")[:MOST]
    )
    lines = []
    for row in rows:
        council, due = row.item.council, review_due(row.item.council, row)
        thing = row.item.dossier or row.item.order
        lines.append(
            WorkItem(
                kind="panels.review" if row.signed else "panels.sign",
                title=_("Write the review")
                if row.signed
                else _("Sign the undertaking of secrecy"),
                code=thing.code if thing is not None else "",
                about=Words.titled(thing if row.signed else council),
                url_name="panels:review" if row.signed else "panels:invitation",
                url_args=(row.item.public_id if row.signed else council.public_id,),
                subject=council_subject(council.public_id),
                due_on=due,
                article=rule_of(council).basis,
                overdue=due is not None and due < today,
            )
        )
    return lines


def questions_to_release(actor: Actor) -> list[WorkItem]:
    """One line for each council in which questions wait for their keeper."""
    mine = Q(item__council__secretary_id=actor.user_id)
    if (lender := actor.on_behalf.get(Role.SECRETARY)) is not None:
        mine |= Q(item__council__secretary_id=lender)
    if actor.has(Role.OFFICER):
        mine |= Q(item__council__secretary=None)
    rows = (
        visible(actor, Question.objects.filter(mine, state=QuestionState.ASKED))
        .filter(item__council__state=CouncilState.SET_UP)
        .select_related("item__council__regime_version")
        .defer("item__council__minutes", *(f"item__council__{name}" for name in REGIME))
        .order_by("asked_at")[:MOST]
    )
    councils = {row.item.council_id: row.item.council for row in rows}
    return [
        WorkItem(
            kind="panels.question",
            title=_("Questions to the author wait for you"),
            about=Words.titled(council),
            url_name="panels:preparation",
            url_args=(council.public_id,),
            subject=council_subject(council.public_id),
            due_on=None,
            article=rule_of(council).basis,
            overdue=False,
        )
        for council in councils.values()
    ]


def questions_to_answer(actor: Actor, today: date) -> list[WorkItem]:
    """One line for each own dossier about which the council asks."""
    houses = actor.member_of | actor.manages
    writes = (
        Q(item__dossier__created_by_id=actor.user_id, item__dossier__host__in=houses)
        | Q(item__dossier__host__in=actor.manages)
        | Q(item__dossier__editors__user_id=actor.user_id)
    )
    rows = (
        Question.objects.filter(writes, state=QuestionState.RELEASED)
        .filter(item__council__state=CouncilState.SET_UP, due_on__gte=today)
        .annotate(
            code=F("item__dossier__code"),
            address=F("item__dossier__public_id"),
            title_vi=F("item__dossier__title_vi"),
            title_en=F("item__dossier__title_en"),
        )
        .order_by("due_on", "pk")
        .values("address", "code", "title_vi", "title_en", "due_on")[:MOST]
    )
    first: dict[str, WorkItem] = {}
    for row in rows:
        first.setdefault(
            row["address"],
            WorkItem(
                kind="panels.answer_question",
                title=_("Answer the council's questions"),
                code=row["code"],
                about=Words(row["title_vi"], row["title_en"]),
                url_name="panels:dossier_questions",
                url_args=(row["address"],),
                subject=f"calls.dossier:{row['address']}",
                due_on=row["due_on"],
                overdue=False,
            ),
        )
    return list(first.values())
