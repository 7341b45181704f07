"""Improvement actions from their proposal to the check of their effect."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.domains.accounts.queries import account_by_email
from opensti.domains.assessments.actions.advising import decide, undecided
from opensti.domains.assessments.actions.running import locked
from opensti.domains.assessments.choices import Advice, LinkKind, Progress
from opensti.domains.assessments.models import (
    Assessment,
    Gap,
    Improvement,
    ImprovementLink,
    Recommendation,
    Result,
)
from opensti.domains.assessments.queries.asking import asked_of
from opensti.domains.assessments.queries.effects import caps_of, current_of
from opensti.domains.assessments.queries.linking import linkable
from opensti.domains.assessments.queries.planning import owns
from opensti.domains.registry.queries import actor_for
from opensti.kernel.access import require
from opensti.kernel.checks import Faults, in_state, keep, locked_row, problem
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from decimal import Decimal

    from opensti.kernel.access import Actor

HIGHEST = 5
MOST_ACTIONS = 200
EFFECT_AFTER = timedelta(days=90)
STATE = _("This is not possible while the action is: %(state)s.")
_P = Progress
EDITS = frozenset({_P.PROPOSED, _P.APPROVED, _P.RUNNING})
# From where to where an action goes without a check of its effect.
MOVES: dict[str, tuple[frozenset[Progress], Progress]] = {
    "approve": (frozenset({_P.PROPOSED}), _P.APPROVED),
    "begin": (frozenset({_P.APPROVED}), _P.RUNNING),
    "finish": (frozenset({_P.RUNNING}), _P.DONE),
    "drop": (EDITS, _P.DROPPED),
}


@transaction.atomic
def save_gap(
    *,
    actor: Actor,
    assessment_id: int,
    item: str,
    at: datetime,
    cause: str = "",
    target: int | None = None,
    importance: int | None = None,
) -> Gap:
    """Say why a question lies below its target, how far it is to go, and how it matters.

    No target or importance: those of the assessment and of the clause.
    """
    row = locked(actor, assessment_id)
    require(actor, "assessments.plan", row)
    _with_result(row)
    wrong = Faults()
    _asks(row, [item], wrong)
    for name, value in (("target", target), ("importance", importance)):
        if value is not None and not 1 <= value <= HIGHEST:
            wrong.add(name, _("Choose 1 to 5."))
    wrong.refuse()
    made, _new = Gap.objects.update_or_create(
        assessment=row,
        item=item,
        defaults={
            "cause": cause.strip()[:2000],
            "target": target,
            "importance": importance,
            "said_by_id": actor.user_id,
            "said_at": at,
        },
    )
    _tell(actor, "assessments.save_gap", row, at)
    return made


@transaction.atomic
def propose_improvement(
    *, actor: Actor, assessment_id: int, at: datetime, **said: Any
) -> Improvement:
    """Propose an action: ``what``, ``items``, ``owner``, ``owner_email``, ``start_on``,
    ``due_on``, ``check_on``, ``cost`` (đồng), ``expected`` (1 to 5).

    Raises ``Invalid`` with everything that is wrong.
    """
    row = locked(actor, assessment_id)
    require(actor, "assessments.plan", row)
    return _proposed(actor, row, said, at)


@transaction.atomic
def take_recommendation(
    *,
    actor: Actor,
    recommendation_id: int,
    at: datetime,
    version: int | None = None,
    **said: Any,
) -> Improvement:
    """Take a recommendation into the plan: an action, linked to its programme.

    Without ``items`` it is on those that caused the recommendation and lie below the
    target; ``said`` is as in ``propose_improvement``.
    """
    advice = undecided(actor, recommendation_id, version)
    row = locked(actor, advice.assessment_id)
    below = _below(row)
    caused = [one["code"] for cause in advice.causes for one in cause["items"]]
    items = said.pop("items", None) or [
        code for code in dict.fromkeys(caused) if code in below
    ]
    made = _proposed(actor, row, {**said, "items": items}, at, advice=advice)
    if advice.programme:
        ImprovementLink.objects.create(
            improvement=made,
            kind=LinkKind.PROGRAMME,
            key=advice.programme,
            linked_at=at,
        )
    decide(actor, advice, Advice.TAKEN, at)
    _tell(actor, "assessments.take_recommendation", row, at)
    return made


@transaction.atomic
def edit_improvement(
    *,
    actor: Actor,
    improvement_id: int,
    at: datetime,
    version: int | None = None,
    **said: Any,
) -> Improvement:
    """Change what an action says until it is done; as in ``propose_improvement``."""
    made = _locked(actor, improvement_id, version)
    require(actor, "assessments.plan", made.assessment)
    in_state(STATE, made.state, EDITS, made.get_state_display())
    for name, value in _checked(made.assessment, said, at).items():
        setattr(made, name, value)
    keep(made, *_FIELDS)
    _tell(actor, "assessments.edit_improvement", made.assessment, at)
    return made


@transaction.atomic
def link_improvement(
    *, actor: Actor, improvement_id: int, kind: str, key: str, at: datetime
) -> ImprovementLink:
    """Link an action to what helps it; linking twice is linking once.

    ``key``: a programme's code, else the address of a sharing with an adviser, an open
    call, an open offer, or an organisation. Raises ``Invalid`` for what the house does not
    know or does not tell this person.
    """
    made = _locked(actor, improvement_id)
    require(actor, "assessments.plan", made.assessment)
    in_state(STATE, made.state, {*EDITS, _P.DONE}, made.get_state_display())
    if kind not in LinkKind.values or not linkable(
        actor, made.assessment, kind, key, at
    ):
        raise problem(
            "key",
            _("The house knows nothing of this name that is open now."),
            _("Choose from the list, or write the name as the registry has it."),
        )
    link, new = ImprovementLink.objects.get_or_create(
        improvement=made, kind=kind, key=key, defaults={"linked_at": at}
    )
    if new:
        _tell(actor, "assessments.edit_improvement", made.assessment, at)
    return link


@transaction.atomic
def unlink_improvement(*, actor: Actor, link_id: int, at: datetime) -> Improvement:
    """Take a link away; a link that is not there is not found."""
    link = ImprovementLink.objects.filter(pk=link_id).first()
    made = _locked(actor, link.improvement_id if link else 0)
    require(actor, "assessments.plan", made.assessment)
    ImprovementLink.objects.filter(pk=link_id).delete()
    _tell(actor, "assessments.edit_improvement", made.assessment, at)
    return made


@transaction.atomic
def move_improvement(
    *,
    actor: Actor,
    improvement_id: int,
    move: str,
    at: datetime,
    words: str = "",
    version: int | None = None,
) -> Improvement:
    """``approve``, ``begin``, ``finish`` or ``drop`` an action.

    A manager does all of it, its owner begins and finishes. ``words``: what was done, or
    why it is dropped. Approval needs an owner, a due day and an expected effect. Raises
    ``StepNotAllowed`` where the state does not allow it.
    """
    made = _locked(actor, improvement_id, version)
    if move not in MOVES:
        raise problem("move", _("There is no such step."))
    own = move in {"begin", "finish"} and owns(actor, made)
    require(actor, "assessments.work_on" if own else "assessments.run", made.assessment)
    froms, to = MOVES[move]
    in_state(STATE, made.state, froms, made.get_state_display())
    fields = ["state"]
    if move == "approve":
        if not made.owner or made.due_on is None:
            raise StepNotAllowed(
                _("An approved action has an owner and a day on which it is due."),
                mend=_("Say both first."),
            )
        made.approved_by_id, made.approved_at = actor.user_id, at
        fields += ["approved_by", "approved_at"]
    elif move == "begin":
        made.start_on = made.start_on or min(
            localdate(at), made.due_on or localdate(at)
        )
        fields += ["start_on"]
    else:
        wrong = Faults()
        made.done_words = wrong.needs(
            "words",
            words,
            _("Say what was done.")
            if move == "finish"
            else _("Say why it is dropped."),
        )[:2000]
        wrong.refuse()
        fields += ["done_words"]
    if move == "finish":
        made.done_on = localdate(at)
        made.check_on = max(made.check_on or made.done_on + EFFECT_AFTER, made.done_on)
        fields += ["done_on", "check_on"]
    made.state, made.reminded_on = to, None
    keep(made, *fields, "reminded_on")
    _tell(actor, "assessments.move_improvement", made.assessment, at, move)
    return made


@transaction.atomic
def check_effect(
    *,
    actor: Actor,
    improvement_id: int,
    scores: Mapping[str, int],
    words: str,
    at: datetime,
    version: int | None = None,
    effective: bool | None = None,
    instead: str = "",
) -> Improvement:
    """Score the action's questions anew; what the papers carry counts, as ever.

    It was effective when every question reached the expected score with evidence.
    ``effective`` is asked only of an action on no question. Without an effect a new action
    (``instead``) takes its place as proposed: nothing ends by itself.
    """
    made = _locked(actor, improvement_id, version)
    row = made.assessment
    require(actor, "assessments.plan", row)
    in_state(STATE, made.state, {_P.DONE}, made.get_state_display())
    wrong = Faults()
    words = wrong.needs("words", words, _("Say what was looked at."))
    for item in made.items:
        score = scores.get(item)
        if score is None or not 0 <= score <= HIGHEST:
            wrong.add(f"score-{item}", _("Score every question of the action, 0 to 5."))
    if not made.items and effective is None:
        wrong.add("effective", _("Say whether it had the effect."))
    wrong.refuse()
    caps = caps_of(row, made, localdate(at))
    current = current_of(row)
    made.before = {item: current.get(item) for item in made.items}
    made.after = {item: min(float(scores[item]), caps[item]) for item in made.items}
    worked = (
        all(value >= made.expected for value in made.after.values())
        if made.items
        else bool(effective)
    )
    instead = instead.strip()
    if not worked and not instead:
        raise problem(
            "instead",
            _("The effect is missing: verified scores are %(scores)s of %(expected)d.")
            % {
                "scores": ", ".join(f"{i} {v:g}" for i, v in made.after.items()) or "—",
                "expected": made.expected,
            },
            _("Say what will be done instead, or add the papers that show it."),
        )
    made.state = _P.EFFECTIVE if worked else _P.NO_EFFECT
    made.effect_words = words[:2000]
    made.checked_by_id, made.checked_at = actor.user_id, at
    keep(
        made, "state", "before", "after", "effect_words", "checked_by", "checked_at"
    )  # fmt: skip
    if not worked:
        Improvement.objects.create(
            assessment=row,
            recommendation_id=made.recommendation_id,
            follows=made,
            what=instead[:500],
            items=made.items,
            owner=made.owner,
            owner_user_id=made.owner_user_id,
            expected=made.expected,
            proposed_by_id=actor.user_id,
            proposed_at=at,
        )
    _tell(actor, "assessments.check_effect", row, at)
    return made


_FIELDS = (
    "what", "items", "owner", "owner_user_id", "start_on", "due_on", "check_on", "cost", "expected",
)  # fmt: skip


def _proposed(
    actor: Actor,
    row: Assessment,
    said: Mapping[str, Any],
    at: datetime,
    advice: Recommendation | None = None,
) -> Improvement:
    _with_result(row)
    if row.improvements.count() >= MOST_ACTIONS:
        raise StepNotAllowed(
            _("A plan has 200 actions at most."), mend=_("Drop or finish some first.")
        )
    made = Improvement.objects.create(
        assessment=row,
        recommendation=advice,
        proposed_by_id=actor.user_id,
        proposed_at=at,
        **_checked(row, said, at),
    )
    _tell(actor, "assessments.propose_improvement", row, at)
    return made


def _checked(row: Assessment, said: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """What an action says, as it is kept; ``Invalid`` with all that is wrong."""
    wrong = Faults()
    what = wrong.needs("what", said.get("what") or "", _("Say what is done."))
    items: Sequence[str] = list(dict.fromkeys(said.get("items") or ()))
    _asks(row, items, wrong)
    expected = said.get("expected") or row.target
    if not 1 <= expected <= HIGHEST:
        wrong.add("expected", _("Choose 1 to 5."))
    days: dict[str, date | None] = {
        name: said.get(name) for name in ("start_on", "due_on", "check_on")
    }
    if days["start_on"] and days["due_on"]:
        wrong.not_before("due_on", days["due_on"], days["start_on"])
    if days["due_on"] and days["check_on"]:
        wrong.not_before("check_on", days["check_on"], days["due_on"])
    cost: Decimal | None = said.get("cost")
    wrong.amounts(cost=cost)
    user_id = _member(row, said.get("owner_email") or "", wrong, at)
    wrong.refuse()
    return {
        "what": what[:500],
        "items": items,
        "owner": (said.get("owner") or "").strip()[:120],
        "owner_user_id": user_id,
        "cost": cost,
        "expected": expected,
        **days,
    }


def _member(row: Assessment, email: str, wrong: Faults, at: datetime) -> int | None:
    """The account of an owner who acts for the organisation."""
    if not email.strip():
        return None
    user = account_by_email(email.strip())
    if user is not None:
        actor = actor_for(user=user, on=localdate(at), sudo=False)
        if row.organisation_id in actor.member_of | actor.manages:
            return int(user.pk)
    wrong.add(
        "owner_email",
        _("Nobody of your organisation signs in with this address."),
        _("Leave it empty to name an owner without an account."),
    )
    return None


def _asks(row: Assessment, items: Sequence[str], wrong: Faults) -> None:
    known = asked_of(row).by_code
    if any(item not in known for item in items):
        wrong.add("items", _("Choose among the questions."))


def _with_result(row: Assessment) -> None:
    if not Result.objects.filter(assessment=row).exists():
        raise StepNotAllowed(
            _("There is no result to plan from yet."),
            mend=_("Work out the scores first."),
        )


def _below(row: Assessment) -> set[str]:
    return {code for code, score in current_of(row).items() if score < row.target}


def _locked(actor: Actor, improvement_id: int, version: int | None = None) -> Improvement:  # fmt: skip
    return locked_row(
        actor,
        Improvement.objects.select_related("assessment"),
        version=version,
        pk=improvement_id,
    )


def _tell(
    actor: Actor, act: str, row: Assessment, at: datetime, move: str = ""
) -> None:
    record(
        actor=actor,
        act=act,
        subject=row.subject,
        at=at,
        detail={"move": move} if move else {},
    )
