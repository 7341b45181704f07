"""Questions to the author: a reviewer asks, the secretary releases, the author answers."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from opensti.domains.calls.queries import dossier_by_id
from opensti.domains.panels.actions.acting import tell
from opensti.domains.panels.actions.reading import (
    LONGEST,
    before_meeting,
    member_place,
)
from opensti.domains.panels.choices import QUESTION_DAYS, QuestionState
from opensti.domains.panels.models import Question
from opensti.domains.panels.queries import known_council
from opensti.kernel.access import get_visible, require
from opensti.kernel.refusals import Invalid, NotFound, Problem, Stale, StepNotAllowed

if TYPE_CHECKING:
    from datetime import date, datetime

    from opensti.domains.panels.models import Council
    from opensti.kernel.access import Actor


@transaction.atomic
def ask_author(*, actor: Actor, item_id: int, text: str, at: datetime) -> Question:
    """A member asks something of the author; it waits until the secretary releases it."""
    council, item, seat = member_place(actor, item_id, lock=True)
    before_meeting(council)
    if item.dossier_id is None:
        raise StepNotAllowed(_("An order has no author to ask; ask the secretary."))
    kept = _said(text, "text", _("Write your question."))
    question = Question.objects.create(item=item, seat=seat, text=kept, asked_at=at)
    tell(
        actor,
        council,
        "ask_author",
        at,
        detail={"item": item.public_id},
        secret={"person": seat.person_id, "text": kept},
    )
    return question


@transaction.atomic
def release_question(
    *,
    actor: Actor,
    question_id: int,
    text: str,
    at: datetime,
    due_on: date | None = None,
    expected_version: int | None = None,
) -> Question:
    """Send a question to the author without the asker's name; the words may be changed.

    Both wordings are kept. Without ``due_on`` the author has five days, at most until
    the day before the meeting.
    """
    council, question = _handled(actor, question_id, expected_version)
    kept = _said(text, "text", _("A question is never sent empty."))
    today = localdate(at)
    last = (
        localdate(council.meeting_at) - timedelta(days=1)
        if council.meeting_at is not None
        else None
    )
    day = due_on or today + timedelta(days=QUESTION_DAYS)
    if due_on is None and last is not None:
        day = min(day, last)
    if day < today or (last is not None and day > last):
        raise Invalid(
            [
                Problem(
                    field="due_on",
                    message=_(
                        "The answer must come from today on and before the meeting."
                    ),
                    mend=_(
                        "Choose a day from today on, before the day of the meeting."
                    ),
                )
            ]
        )
    question.state, question.released_text = QuestionState.RELEASED, kept
    question.released_at, question.due_on = at, day
    question.handled_by_id = actor.user_id
    question.version += 1
    question.save()
    tell(
        actor,
        council,
        "release_question",
        at,
        detail={
            "item": question.item.public_id,
            "question": question.public_id,
            "due_on": day,
            "changed": kept != question.text,
        },
        secret={"text": kept},
    )
    return question


@transaction.atomic
def withhold_question(
    *,
    actor: Actor,
    question_id: int,
    reason: str,
    at: datetime,
    expected_version: int | None = None,
) -> Question:
    """Do not send a question, and tell the asker why."""
    council, question = _handled(actor, question_id, expected_version)
    kept = _said(reason, "reason", _("Tell the asker why the question is not sent."))
    question.state, question.reason = QuestionState.WITHHELD, kept
    question.handled_by_id = actor.user_id
    question.version += 1
    question.save()
    tell(
        actor,
        council,
        "withhold_question",
        at,
        detail={"item": question.item.public_id, "question": question.public_id},
        secret={"reason": kept},
    )
    return question


@transaction.atomic
def answer_question(
    *,
    actor: Actor,
    question_id: int,
    text: str,
    at: datetime,
    expected_version: int | None = None,
) -> Question:
    """The author answers, once, within the time; whoever may write the dossier may.

    The answer stands beside the dossier as handed in and changes nothing of it.
    """
    found = (
        Question.objects.select_for_update(of=("self",))
        .select_related("item__dossier__case", "item__council__regime_version")
        .defer("item__council__regime_version__content")
        .filter(pk=question_id, released_at__isnull=False)
        .first()
    )
    if found is None:
        raise NotFound
    # Whoever may not know of the dossier does not learn that it was asked about.
    dossier = dossier_by_id(actor=actor, dossier_id=found.item.dossier_id or 0)
    require(actor, "calls.write_dossier", dossier)
    before_meeting(found.item.council)
    if found.state != QuestionState.RELEASED:
        raise StepNotAllowed(_("This question is answered already."))
    _same(found, expected_version)
    if found.due_on is not None and localdate(at) > found.due_on:
        raise StepNotAllowed(
            _("The time for the answer ended on %(day)s.")
            % {"day": f"{found.due_on:%d/%m/%Y}"},
            mend=_("Answer in the meeting if the council hears you."),
        )
    found.answer = _said(text, "text", _("Write your answer."))
    found.state, found.answered_at = QuestionState.ANSWERED, at
    found.answered_by_id = actor.user_id
    found.version += 1
    found.save()
    tell(
        actor,
        found.item.council,
        "answer_question",
        at,
        detail={"item": found.item.public_id, "question": found.public_id},
        secret={"text": found.answer},
    )
    return found


def _handled(
    actor: Actor, question_id: int, expected_version: int | None
) -> tuple[Council, Question]:
    seen = get_visible(actor, Question.objects.select_related("item"), pk=question_id)
    council = known_council(actor, seen.item.council_id, lock=True)
    require(actor, "panels.release_question", council)
    before_meeting(council)
    question = (
        Question.objects.select_for_update(of=("self",))
        .select_related("item")
        .get(pk=question_id)
    )
    if question.state != QuestionState.ASKED:
        raise StepNotAllowed(_("This question was dealt with already."))
    _same(question, expected_version)
    return council, question


def _same(question: Question, expected_version: int | None) -> None:
    if expected_version is not None and question.version != expected_version:
        raise Stale(
            _("This question was changed by somebody else after you opened it."),
            mend=_("Look at it as it stands now; your text is still in the form."),
        )


def _said(text: str, field: str, message: str) -> str:
    kept = text.replace("\x00", "").strip()[:LONGEST]
    if not kept:
        raise Invalid([Problem(field=field, message=message)])
    return kept
