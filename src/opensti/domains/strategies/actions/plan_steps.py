"""The life of a plan: consultation and comments, issued, in force, review, closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.domains.strategies.actions.plan_keeping import locked_plan, told
from opensti.domains.strategies.actions.plans import plan_search_text
from opensti.domains.strategies.choices import PUBLIC_PLANS, PlanState
from opensti.domains.strategies.events import CommentAnswered, PlanIssued, PlanOpened
from opensti.domains.strategies.models import PlanComment, PlanEdition
from opensti.domains.strategies.queries.plan_trees import plan_subject, tree_of
from opensti.domains.strategies.trees import digest, in_order, plain
from opensti.kernel.access import get_visible, require
from opensti.kernel.checks import needed, not_later, refuse_if, required
from opensti.kernel.events import publish
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Problem, StepNotAllowed

if TYPE_CHECKING:
    from datetime import date, datetime

    from opensti.domains.strategies.models import Plan
    from opensti.kernel.access import Actor

STANDS = _("The plan is %(state)s: this is not its next step.")
MOST_LETTERS = 20_000


@transaction.atomic
def open_consultation(
    *, actor: Actor, plan_id: int, comments_until: date, version: int, at: datetime
) -> Plan:
    """Open a draft to everybody, for comments until the end of a day.

    Said again of an open plan, it moves the day. The agencies named in the plan are told.
    """
    plan = locked_plan(actor, plan_id, "strategies.prepare_plan", version=version)
    if comments_until is None or comments_until < localdate(at):
        refuse_if(
            [
                Problem(
                    field="comments_until",
                    message=_("Comments cannot end before they begin."),
                    mend=_("Choose today or a later day."),
                )
            ]
        )
    if not plan.goals.exists():
        raise StepNotAllowed(
            _("The plan has no goal: there is nothing to comment on."),
            mend=_("Add its goals first."),
        )
    stood = plan.state, plan.comments_until
    plan.state, plan.comments_until = PlanState.CONSULTED, comments_until
    plan.save(update_fields=["state", "comments_until"])
    told(
        actor,
        "open_consultation",
        plan,
        at,
        public=True,
        comments_until=comments_until.isoformat(),
    )
    if stood != (plan.state, comments_until):
        publish(PlanOpened(plan_id=plan.pk, at=at))
    return plan


@transaction.atomic
def comment_on_plan(
    *,
    actor: Actor,
    plan_id: int,
    text: str,
    at: datetime,
    goal_id: int | None = None,
    organisation_id: int | None = None,
) -> PlanComment:
    """Say something of a plan that is open for comments, for oneself or one's organisation."""
    plan = locked_plan(
        actor,
        plan_id,
        "strategies.comment",
        states=(PlanState.CONSULTED,),
        message=_("The plan is %(state)s: it is not open for comments."),
    )
    if plan.comments_until is not None and plan.comments_until < localdate(at):
        raise StepNotAllowed(
            _("The time for comments is over."),
            mend=_("Write to the office that prepares the plan."),
        )
    text = required(text=text)["text"]
    problems = []
    if len(text) > MOST_LETTERS:
        problems.append(
            Problem(
                field="text",
                message=_("This is longer than %(most)d letters.")
                % {"most": MOST_LETTERS},
                mend=_("Shorten it."),
            )
        )
    mine = actor.member_of | actor.manages
    if organisation_id is not None and organisation_id not in mine:
        problems.append(
            Problem(
                field="organisation",
                message=_("You do not belong to this organisation."),
                mend=_("Choose one of yours, or comment for yourself."),
            )
        )
    if goal_id is not None and not plan.goals.filter(pk=goal_id).exists():
        problems.append(
            Problem(
                field="goal",
                message=_("This goal is not of this plan."),
                mend=_("Choose a goal of the plan, or none."),
            )
        )
    refuse_if(problems)
    comment = PlanComment.objects.create(
        plan=plan,
        goal_id=goal_id,
        author_id=actor.account_id,
        organisation_id=organisation_id,
        text=text,
        made_at=at,
    )
    record(
        actor=actor,
        act="strategies.comment_on_plan",
        subject=plan_subject(plan.public_id),
        at=at,
        detail={"plan": plan.code, "comment": comment.pk},
        secret={"text": text},
    )
    return comment


@transaction.atomic
def answer_comment(
    *, actor: Actor, comment_id: int, answer: str, taken_up: bool, at: datetime
) -> PlanComment:
    """Answer what somebody said of a plan: taken up or not, and why; once, for everybody.

    The comment and its answer are public from then on.
    """
    require(actor, "strategies.answer_comment")
    comment = get_visible(
        actor,
        PlanComment.objects.select_for_update(of=("self",)).select_related("plan"),
        pk=comment_id,
    )
    if comment.answered_at is not None:
        raise StepNotAllowed(
            _("This comment was answered already."),
            mend=_("Reload the page: it shows the answer."),
        )
    comment.answer = required(answer=answer)["answer"]
    comment.taken_up = taken_up
    comment.answered_by_id, comment.answered_at = actor.user_id, at
    comment.save()
    record(
        actor=actor,
        act="strategies.answer_comment",
        subject=plan_subject(comment.plan.public_id),
        at=at,
        public=True,
        detail={
            "plan": comment.plan.code,
            "comment": comment.pk,
            "taken_up": taken_up,
            "answer": comment.answer,
        },
    )
    publish(CommentAnswered(comment_id=comment.pk, at=at))
    return comment


@transaction.atomic
def issue_plan(
    *,
    actor: Actor,
    plan_id: int,
    act_number: str,
    issued_on: date,
    version: int,
    at: datetime,
) -> PlanEdition:
    """Issue a plan by an act: its tree is kept as its first edition, with its digest.

    Raises ``StepNotAllowed`` while comments wait for an answer or there is no goal.
    """
    plan = locked_plan(
        actor,
        plan_id,
        "strategies.issue_plan",
        version=version,
        states=(PlanState.DRAFT, PlanState.CONSULTED),
        message=STANDS,
    )
    problems = needed(act_number=act_number, issued_on=issued_on)
    refuse_if(problems + not_later(at, issued_on=issued_on))
    if not plan.goals.exists():
        raise StepNotAllowed(
            _("The plan has no goal: there is nothing to issue."),
            mend=_("Add its goals first."),
        )
    waiting = plan.comments.filter(answered_at=None).count()
    if waiting:
        raise StepNotAllowed(
            _("%(count)d comments have no answer yet.") % {"count": waiting},
            mend=_("Answer each: taken up or not, and why."),
        )
    plan.act_number, plan.issued_on = act_number.strip()[:100], issued_on
    plan.state = PlanState.ISSUED
    plan.search_text = plan_search_text(plan)
    plan.save()
    return keep_edition(
        actor=actor,
        plan=plan,
        act="issue_plan",
        act_number=plan.act_number,
        acted_on=issued_on,
        at=at,
    )


def keep_edition(
    *,
    actor: Actor,
    plan: Plan,
    act: str,
    act_number: str,
    acted_on: date,
    at: datetime,
    reason: str = "",
) -> PlanEdition:
    """Keep the tree of a locked plan for good, and tell everybody; within an act."""
    tree = edition_tree(plan)
    last = plan.editions.order_by("-number").first()
    edition = PlanEdition.objects.create(
        plan=plan,
        number=last.number + 1 if last else 1,
        act_number=act_number,
        acted_on=acted_on,
        reason=reason,
        tree=tree,
        digest=digest(tree),
        made_by_id=actor.user_id,
        made_at=at,
    )
    told(
        actor,
        act,
        plan,
        at,
        public=True,
        act_number=act_number,
        acted_on=acted_on.isoformat(),
        edition=edition.number,
        digest=edition.digest,
    )
    publish(PlanIssued(plan_id=plan.pk, edition_id=edition.pk, at=at))
    return edition


def edition_tree(plan: Plan) -> dict[str, object]:
    """The text of a plan as plain data: whether it is carried out is no part of it."""
    found: dict[str, object] = plain(in_order(tree_of(plan)))
    found.pop("in_force", None)
    return found


@transaction.atomic
def bring_in_force(*, actor: Actor, plan_id: int, version: int, at: datetime) -> Plan:
    """Say that an issued plan is carried out from now on."""
    return _move(
        actor,
        plan_id,
        version,
        at,
        act="bring_in_force",
        ways={PlanState.ISSUED: PlanState.IN_FORCE},
    )


@transaction.atomic
def begin_review(*, actor: Actor, plan_id: int, version: int, at: datetime) -> Plan:
    """Begin the mid-term review of a plan in force; its actions go on."""
    return _move(
        actor,
        plan_id,
        version,
        at,
        act="begin_review",
        ways={PlanState.IN_FORCE: PlanState.REVIEW},
    )


@transaction.atomic
def end_review(
    *, actor: Actor, plan_id: int, conclusion: str, version: int, at: datetime
) -> Plan:
    """End the mid-term review with its conclusion; the plan is in force as before."""
    return _move(
        actor,
        plan_id,
        version,
        at,
        act="end_review",
        ways={PlanState.REVIEW: PlanState.IN_FORCE},
        **required(conclusion=conclusion),
    )


@transaction.atomic
def close_plan(
    *, actor: Actor, plan_id: int, reason: str, version: int, at: datetime
) -> Plan:
    """Close a plan: its time is over, or another act took its place."""
    return _move(
        actor,
        plan_id,
        version,
        at,
        act="close_plan",
        ways=dict.fromkeys(
            (PlanState.ISSUED, PlanState.IN_FORCE, PlanState.REVIEW), PlanState.CLOSED
        ),
        **required(reason=reason),
    )


def _move(
    actor: Actor,
    plan_id: int,
    version: int,
    at: datetime,
    *,
    act: str,
    ways: dict[PlanState, PlanState],
    **detail: Any,
) -> Plan:
    plan = locked_plan(
        actor,
        plan_id,
        "strategies.issue_plan",
        version=version,
        states=tuple(ways),
        message=STANDS,
    )
    plan.state = ways[PlanState(plan.state)]
    plan.save(update_fields=["state"])
    told(actor, act, plan, at, public=plan.state in PUBLIC_PLANS, **detail)
    return plan
