"""Ideas from the first line to the answer: handed in, looked at, weighed, answered."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.domains.innovation.actions.campaigns import tell
from opensti.domains.innovation.actions.initiatives import start
from opensti.domains.innovation.choices import FieldKind, IdeaState, IdeaStep, Stage
from opensti.domains.innovation.lifecycle import ANSWERS, IDEA_STEPS, RUNNING
from opensti.domains.innovation.models import (
    Campaign,
    Idea,
    Initiative,
    Likeness,
    Reward,
    Score,
)
from opensti.domains.innovation.queries.ideas import campaign_of, key_digest
from opensti.domains.procedures.queries import working_calendar
from opensti.kernel.access import PUBLIC, SYSTEM, require, visible
from opensti.kernel.checks import Faults, in_state, keep, locked_row, problem
from opensti.kernel.jobs.actions import enqueue
from opensti.kernel.periods import deadline
from opensti.kernel.refusals import StepNotAllowed, TooMany
from opensti.kernel.searchtext import search_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from decimal import Decimal

    from opensti.kernel.access import Actor

COMPARE_JOB = "innovation.compare"
STATE = _("This is not possible while the idea is: %(state)s.")
MOST_IDEAS = 10_000
MOST_AN_HOUR, HOUR = 500, timedelta(hours=1)
SHORTEST_KEY = 20
HIGHEST = 5
LIKE = 0.2
MOST_LIKE = 5


def hand_in(
    *,
    token: str,
    key: str,
    title: str,
    text: str,
    at: datetime,
    answers: Mapping[str, str] | None = None,
    name: str = "",
    author: Actor = PUBLIC,
) -> Idea:
    """Take an idea by the link of its campaign; ``key`` is the secret it is followed by.

    The same key with the same words is the same idea, however often it comes. ``author``
    is an account that puts its name to it; ``name`` what somebody without one typed;
    neither: nothing of who it was is kept, not even in the record. Raises ``NotFound``
    for a link that does not hold, ``StepNotAllowed`` when no ideas are taken,
    ``TooMany`` in a flood, ``Invalid`` with everything that is wrong.
    """
    campaign = campaign_of(token)
    require(author, "innovation.hand_in", campaign)
    said = _said(campaign, title=title, text=text, answers=answers or {}, name=name)
    if author.is_authenticated:
        said["author_name"] = ""
    elif not campaign.anonymous and not said["author_name"]:
        raise problem("name", _("This campaign asks for a name."))
    if len(key) < SHORTEST_KEY:
        raise problem("key", _("Open the form anew and send it again."))
    digest = key_digest(key)
    if (twin := _same(digest, campaign, said)) is not None:
        return twin
    if not campaign.takes_on(localdate(at)):
        raise StepNotAllowed(
            _("This campaign takes no ideas today."),
            mend=_("Ask whoever sent you the link."),
        )
    if campaign.ideas.filter(handed_in_at__gt=at - HOUR).count() >= MOST_AN_HOUR or (
        campaign.ideas.count() >= MOST_IDEAS
    ):
        raise TooMany(
            _("So many ideas came that no more is taken now."),
            mend=_("Your text is kept on this page. Send it again in an hour."),
        )
    try:
        with transaction.atomic():
            return _kept(author, campaign, digest, said, at)
    except IntegrityError:
        found = _same(digest, campaign, said)
        if found is None:
            raise
        return found


def _same(digest: str, campaign: Campaign, said: Mapping[str, Any]) -> Idea | None:
    """The idea that was handed in by this key; ``Invalid`` if it says something else."""
    found = Idea.objects.filter(key_digest=digest).first()
    if found is None:
        return None
    if found.campaign_id != campaign.pk or any(
        getattr(found, name) != said[name] for name in ("title", "text", "answers")
    ):
        raise problem(
            "key",
            _("This form has handed in an idea already."),
            _("Your text is kept here: send it again to hand in another idea."),
        )
    return found


def _kept(
    author: Actor,
    campaign: Campaign,
    digest: str,
    said: Mapping[str, Any],
    at: datetime,
) -> Idea:
    made = Idea.objects.create(
        campaign=campaign,
        key_digest=digest,
        author_id=author.user_id,
        handed_in_at=at,
        reply_due=_reply_due(campaign, localdate(at)),
        search_text=search_text(said["title"], said["text"]),
        **said,
    )
    # Who handed it in under a name stands in the row; the record names an account only.
    tell(author, "innovation.hand_in", made.subject, at)
    of = campaign.organisation_id
    enqueue(
        COMPARE_JOB,
        actor=SYSTEM,
        at=at,
        payload={"organisation": of},
        subject="innovation.ideas",
        unique_key=f"{COMPARE_JOB}:{of}",
    )
    return made


def _reply_due(campaign: Campaign, day: date) -> date:
    return deadline(
        day, n=campaign.reply_days, unit="working_day", calendar=working_calendar()
    )


def _said(
    campaign: Campaign,
    *,
    title: str,
    text: str,
    answers: Mapping[str, str],
    name: str,
) -> dict[str, Any]:
    wrong = Faults()
    title = wrong.needs("title", title, _("Say in a few words what it is."))
    text = wrong.needs("text", text, _("Say what you propose."))
    kept: dict[str, str] = {}
    for one in campaign.form:
        code, said = one["code"], str(answers.get(one["code"], "")).strip()
        if one["needed"] and not said:
            wrong.add(code, _("This is asked of every idea."))
        if one["kind"] == FieldKind.CHOICE and said and said not in one["choices"]:
            wrong.add(code, _("Choose one of the answers that are offered."))
        if one["kind"] == FieldKind.NUMBER and said and not _is_number(said):
            wrong.add(code, _("Write a number in digits."))
        if said:
            kept[code] = said[:2000]
    wrong.refuse()
    return {
        "title": title[:200],
        "text": text.replace("\r\n", "\n")[:5000],
        "answers": kept,
        "author_name": name.strip()[:120],
    }


def _is_number(said: str) -> bool:
    plain = said.replace(" ", "").replace(".", "").replace(",", "").lstrip("-")
    return plain.isdecimal()


# ---- looked at, weighed, answered


@transaction.atomic
def step_idea(
    *,
    actor: Actor,
    idea_id: int,
    act: str,
    at: datetime,
    version: int | None = None,
    answer: str = "",
    into: str = "",
    initiative: str = "",
    stage: str = Stage.IDENTIFY,
) -> Idea:
    """Bring an idea to its next state, with the answer its authors read.

    ``into``: the idea it is joined with, whose fate it shares from now on. ``initiative``:
    the running one that takes it up; without it one begins, at ``identify`` or
    ``create``. Raises ``StepNotAllowed``, ``Stale``, ``Invalid`` without an answer where
    one is owed. Nobody accepts an idea of his own that nobody else has weighed.
    """
    if act not in IdeaStep.values:
        raise problem("act", _("There is no such step."))
    row = _locked(actor, idea_id, version)
    campaign = row.campaign
    require(actor, "innovation.run", campaign)
    froms, to = IDEA_STEPS[IdeaStep(act)]
    in_state(STATE, row.state, froms, row.get_state_display())
    answer = answer.strip()[:2000]
    if act in {IdeaStep.PARK, IdeaStep.DECLINE} and not answer:
        raise problem("answer", _("Tell the author why, in a sentence or two."))
    if act == IdeaStep.ACCEPT:
        row.initiative = _taken_up(actor, row, initiative, stage, at)
    if act == IdeaStep.MERGE:
        row.merged_into = _target(actor, row, into)
        # Whoever was joined with this idea goes on with it.
        Idea.objects.filter(merged_into=row).update(merged_into=row.merged_into)
    row.state = to
    if act in ANSWERS:
        row.answer, row.answered_at = answer or row.answer, at
        row.answered_by_id = actor.user_id
    if act == IdeaStep.REOPEN:
        row.answered_at = row.answered_by_id = None
        row.reply_due = _reply_due(campaign, localdate(at))
    keep(
        row,
        "state",
        "answer",
        "answered_at",
        "answered_by",
        "reply_due",
        "merged_into",
        "initiative",
    )
    tell(actor, "innovation.step_idea", row.subject, at, detail={"step": act})
    return row


def _locked(actor: Actor, idea_id: int, version: int | None = None) -> Idea:
    rows = Idea.objects.select_related("campaign")
    return locked_row(actor, rows, version=version, pk=idea_id)


def _taken_up(
    actor: Actor, row: Idea, initiative: str, stage: str, at: datetime
) -> Initiative:
    if row.author_id == actor.user_id and not row.scores.exists():
        raise StepNotAllowed(
            _("Nobody accepts an idea of his own that nobody else has weighed."),
            mend=_("Give it to a reviewer, or let another manager decide."),
        )
    if stage not in {Stage.IDENTIFY, Stage.CREATE}:
        raise problem("stage", _("An idea becomes an opportunity or a concept."))
    of = row.campaign.organisation_id
    if not initiative:
        return start(
            actor,
            at,
            organisation_id=of,
            title=row.title,
            text=row.text,
            stage=stage,
            reason=str(_("An idea was accepted.")),
        )
    rows = visible(actor, Initiative.objects.filter(organisation_id=of))
    found = rows.filter(public_id=initiative.strip(), state__in=RUNNING).first()
    if found is None:
        raise problem("initiative", _("There is no such running initiative here."))
    return found


def _target(actor: Actor, row: Idea, into: str) -> Idea:
    rows = visible(actor, Idea.objects.select_for_update(of=("self",)))
    of = row.campaign.organisation_id
    found = rows.filter(public_id=into.strip(), campaign__organisation_id=of).first()
    if found is None or found.pk == row.pk:
        raise problem("into", _("There is no such other idea here."))
    if found.state == IdeaState.MERGED:
        raise problem(
            "into",
            _("That idea was itself joined with another."),
            _("Join with the one it went into."),
        )
    return found


@transaction.atomic
def score_idea(
    *,
    actor: Actor,
    idea_id: int,
    scores: Mapping[str, int],
    no_part: bool,
    at: datetime,
    comment: str = "",
) -> Score:
    """A reviewer weighs an idea by every criterion, 0 to 5; once more replaces it.

    ``no_part``: the reviewer says that the idea is not his, nor of anybody close: many
    come without an account. Raises ``AccessDenied`` for the own idea.
    """
    row = _locked(actor, idea_id)
    require(actor, "innovation.score", row)
    in_state(STATE, row.state, {IdeaState.IN_REVIEW}, row.get_state_display())
    wrong = Faults()
    if not no_part:
        wrong.add("no_part", _("Say that you have no part in this idea."))
    codes = {one["code"] for one in row.campaign.criteria}
    if set(scores) != codes or not all(0 <= n <= HIGHEST for n in scores.values()):
        wrong.add("scores", _("Give every criterion 0 to 5."))
    wrong.refuse()
    made, _new = Score.objects.update_or_create(
        idea=row,
        reviewer_id=actor.account_id,
        defaults={
            "scores": dict(scores),
            "comment": comment.strip()[:2000],
            "given_at": at,
        },
    )
    tell(actor, "innovation.score_idea", row.subject, at)
    return made


@transaction.atomic
def note_reward(
    *,
    actor: Actor,
    idea_id: int,
    what: str,
    given_on: date,
    at: datetime,
    amount: Decimal | None = None,
) -> Reward:
    """Note what the authors of an answered idea got for it."""
    row = _locked(actor, idea_id)
    require(actor, "innovation.run", row.campaign)
    wrong = Faults()
    what = wrong.needs("what", what, _("Say what was given."))
    wrong.not_later("given_on", given_on, at)
    wrong.amounts(amount=amount)
    wrong.refuse()
    made = Reward.objects.create(
        idea=row,
        what=what[:300],
        amount=amount,
        given_on=given_on,
        noted_by_id=actor.user_id,
    )
    tell(actor, "innovation.reward", row.subject, at)
    return made


# ---- what the worker does


@transaction.atomic
def compare_ideas(*, organisation_id: int, at: datetime) -> int:
    """Compare ideas that are new with those of the same organisation; return how many.

    Only what is likely the same is kept. Repeats harmlessly. No entry: nothing of the
    organisation's work changes.
    """
    from opensti.domains.innovation import problem as arrays  # noqa: PLC0415 -- takes a second

    rows = Idea.objects.filter(campaign__organisation_id=organisation_id)
    new = list(
        rows.select_for_update(of=("self",)).filter(compared_at=None).order_by("pk")
    )
    if not new:
        return 0
    Likeness.objects.filter(idea__in=new).delete()
    found = arrays.like(
        new,
        ideas=list(rows.order_by("pk")),
        initiatives=list(
            Initiative.objects.filter(organisation_id=organisation_id).order_by("pk")
        ),
        least=LIKE,
        most=MOST_LIKE,
    )
    Likeness.objects.bulk_create(found)
    Idea.objects.filter(pk__in=[row.pk for row in new]).update(compared_at=at)
    return len(new)
