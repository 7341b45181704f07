"""Stocktakes: a scorecard looked at together, judged, decided on, kept as it was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.registry.queries import organisations
from opensti.domains.strategies.choices import (
    AccountPart,
    Likelihood,
    StocktakeState,
)
from opensti.domains.strategies.events import DecisionHeld
from opensti.domains.strategies.models import (
    Indicator,
    Judgement,
    Plan,
    Stocktake,
    StocktakeDecision,
    Target,
)
from opensti.domains.strategies.queries.scorecard import (
    digest_of,
    scorecard,
    to_plain,
)
from opensti.domains.strategies.queries.stocktakes import stocktake_subject
from opensti.kernel.access import get_visible, require
from opensti.kernel.checks import (
    in_state,
    keep,
    locked_row,
    needed,
    not_later,
    problem,
    refuse_if,
    required,
)
from opensti.kernel.events import publish
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Problem

if TYPE_CHECKING:
    from datetime import date, datetime
    from typing import Any

    from opensti.kernel.access import Actor

OTHER_STATE = _("The stocktake is %(state)s.")


def _tell(
    actor: Actor, act: str, stocktake: Stocktake, at: datetime, **detail: Any
) -> None:
    record(
        actor=actor,
        act=f"strategies.{act}",
        subject=stocktake_subject(stocktake.public_id),
        at=at,
        detail=detail,
    )


def _drafted(
    actor: Actor, stocktake_id: int, permission: str, version: int | None = None
) -> Stocktake:
    """The stocktake, locked, as long as it is being prepared."""
    rows = Stocktake.objects.select_related("plan")
    stocktake = locked_row(actor, rows, pk=stocktake_id, version=version)
    require(actor, permission, stocktake)
    in_state(
        OTHER_STATE,
        stocktake.state,
        (StocktakeState.DRAFT,),
        stocktake.get_state_display(),
        mend=_("What was held stays as it was; draft another stocktake."),
    )
    return stocktake


@transaction.atomic
def draft_stocktake(
    *,
    actor: Actor,
    plan_id: int,
    title_vi: str,
    held_on: date,
    title_en: str = "",
    at: datetime,
) -> Stocktake:
    """Prepare a meeting on the scorecard of a plan. Raises ``Invalid`` without a title."""
    plan = get_visible(actor, Plan.objects.all(), pk=plan_id)
    require(actor, "strategies.keep_stocktake", plan)
    said = required(title_vi=title_vi)
    refuse_if(needed(held_on=held_on))
    stocktake = Stocktake.objects.create(
        plan=plan,
        title_vi=said["title_vi"],
        title_en=title_en.strip(),
        held_on=held_on,
        created_by_id=actor.account_id,
        created_at=at,
    )
    _tell(actor, "draft_stocktake", stocktake, at, plan=plan.code, day=str(held_on))
    return stocktake


@transaction.atomic
def change_stocktake(
    *,
    actor: Actor,
    stocktake_id: int,
    title_vi: str,
    held_on: date,
    title_en: str = "",
    minutes: str = "",
    version: int | None = None,
    at: datetime,
) -> Stocktake:
    """Say anew what a stocktake is called, when it is, what its minutes say.

    Raises ``StepNotAllowed`` once it is held, ``Stale`` if it changed meanwhile.
    """
    stocktake = _drafted(actor, stocktake_id, "strategies.keep_stocktake", version)
    stocktake.title_vi = required(title_vi=title_vi)["title_vi"]
    refuse_if(needed(held_on=held_on))
    stocktake.title_en, stocktake.held_on = title_en.strip(), held_on
    stocktake.minutes = minutes.strip()
    keep(stocktake, "title_vi", "title_en", "held_on", "minutes")
    _tell(actor, "change_stocktake", stocktake, at, day=str(held_on))
    return stocktake


@transaction.atomic
def judge_target(
    *,
    actor: Actor,
    stocktake_id: int,
    target_id: int,
    likelihood: str,
    reason: str,
    at: datetime,
) -> Judgement:
    """Say how likely a target of the plan is to be met, and why; a later word replaces it."""
    stocktake = _drafted(actor, stocktake_id, "strategies.keep_stocktake")
    rows = Target.objects.filter(plan=stocktake.plan)
    target = get_visible(actor, rows, pk=target_id)
    found = needed(reason=reason)
    if likelihood not in Likelihood.values:
        found.append(
            Problem(
                field="likelihood",
                message=_("There is no such judgement."),
                mend=_("Choose one of the list."),
            )
        )
    refuse_if(found)
    judgement, _new = Judgement.objects.update_or_create(
        stocktake=stocktake,
        target=target,
        defaults={"likelihood": likelihood, "reason": reason.strip()},
    )
    keep(stocktake)
    _tell(actor, "judge_target", stocktake, at, target=target.pk, likelihood=likelihood)
    return judgement


@transaction.atomic
def decide_at_stocktake(
    *,
    actor: Actor,
    stocktake_id: int,
    text: str,
    due_on: date,
    owner_id: int | None = None,
    owner_name: str = "",
    target_id: int | None = None,
    at: datetime,
) -> StocktakeDecision:
    """Note what is decided, who does it, until when.

    ``Invalid`` where nobody is to do it, or the day lies before the meeting.
    """
    stocktake = _drafted(actor, stocktake_id, "strategies.keep_stocktake")
    found = needed(text=text, due_on=due_on)
    if owner_id is None and not owner_name.strip():
        found.append(
            Problem(
                field="owner",
                message=_("Somebody must do it."),
                mend=_("Choose an organisation, or name who does it."),
            )
        )
    if due_on is not None and due_on < stocktake.held_on:
        found.append(
            Problem(
                field="due_on",
                message=_("This day lies before the meeting."),
                mend=_("Choose the day of the meeting or a later one."),
            )
        )
    refuse_if(found)
    owner = (
        get_visible(actor, organisations(actor), pk=owner_id)
        if owner_id is not None
        else None
    )
    target = (
        get_visible(actor, Target.objects.filter(plan=stocktake.plan), pk=target_id)
        if target_id is not None
        else None
    )
    decision = StocktakeDecision.objects.create(
        stocktake=stocktake,
        text=text.strip(),
        owner=owner,
        owner_name=owner_name.strip(),
        target=target,
        due_on=due_on,
    )
    keep(stocktake)
    _tell(
        actor,
        "decide_at_stocktake",
        stocktake,
        at,
        decision=decision.pk,
        owner=owner.pk if owner else owner_name.strip(),
        due_on=str(due_on),
    )
    return decision


@transaction.atomic
def drop_stocktake_decision(
    *, actor: Actor, decision_id: int, at: datetime
) -> Stocktake:
    """Take a noted decision back, before the stocktake is held."""
    decision = locked_row(actor, StocktakeDecision.objects.all(), pk=decision_id)
    stocktake = _drafted(actor, decision.stocktake_id, "strategies.keep_stocktake")
    decision.delete()
    keep(stocktake)
    _tell(actor, "drop_stocktake_decision", stocktake, at, decision=decision_id)
    return stocktake


@transaction.atomic
def hold_stocktake(
    *,
    actor: Actor,
    stocktake_id: int,
    minutes: str,
    version: int | None = None,
    at: datetime,
) -> Stocktake:
    """Hold a stocktake: its scorecard is kept as it stands now, with its digest, for good.

    Later revisions of values change nothing in it. The organisations that are to carry
    decisions out are told. Raises ``Invalid`` for a day that has
    not come, or minutes that say nothing; ``StepNotAllowed`` where the plan has no target.
    """
    stocktake = _drafted(actor, stocktake_id, "strategies.hold_stocktake", version)
    said = required(minutes=minutes)
    refuse_if(not_later(at, held_on=stocktake.held_on))
    seen = to_plain(scorecard(actor, stocktake.plan, as_of=at))
    if not seen["lines"]:
        raise problem(
            "plan",
            _("The plan has no target, so there is nothing to look at."),
            _("Set the targets of the plan first."),
        )
    stocktake.minutes = said["minutes"]
    stocktake.scorecard, stocktake.digest = seen, digest_of(seen)
    stocktake.state = StocktakeState.HELD
    keep(stocktake, "minutes", "scorecard", "digest", "state")
    _tell(actor, "hold_stocktake", stocktake, at, digest=stocktake.digest)
    for decision in stocktake.decisions.filter(owner__isnull=False).order_by("pk"):
        publish(DecisionHeld(decision_id=decision.pk, at=at))
    return stocktake


@transaction.atomic
def finish_stocktake_decision(
    *, actor: Actor, decision_id: int, outcome: str, done_on: date, at: datetime
) -> StocktakeDecision:
    """Say that a decision is carried out, when, and what came of it; the owner may too."""
    rows = StocktakeDecision.objects.select_related("stocktake")
    decision = locked_row(actor, rows, pk=decision_id)
    require(actor, "strategies.finish_stocktake_decision", decision)
    in_state(
        OTHER_STATE,
        decision.stocktake.state,
        (StocktakeState.HELD,),
        decision.stocktake.get_state_display(),
        mend=_("Hold the stocktake first."),
    )
    if decision.done_on is not None:
        raise problem(
            "done_on",
            _("This decision is carried out already."),
            _("What was said of it stays."),
        )
    refuse_if(
        [*needed(outcome=outcome, done_on=done_on), *not_later(at, done_on=done_on)]
    )
    decision.outcome, decision.done_on = outcome.strip(), done_on
    decision.save(update_fields=["outcome", "done_on"])
    _tell(
        actor,
        "finish_stocktake_decision",
        decision.stocktake,
        at,
        decision=decision.pk,
        done_on=str(done_on),
    )
    return decision


@transaction.atomic
def place_card(
    *,
    actor: Actor,
    indicator_id: int,
    account_part: str,
    version: int | None = None,
    at: datetime,
) -> Indicator:
    """Say which term of the identities of growth a card is, or that it is none ("").

    The coherence test multiplies and compares only what was placed.
    """
    card = locked_row(actor, Indicator.objects.all(), pk=indicator_id, version=version)
    require(actor, "strategies.keep_indicator", card)
    if account_part and account_part not in AccountPart.values:
        raise problem(
            "account_part",
            _("There is no such term."),
            _("Choose one of the list, or none."),
        )
    card.account_part = account_part
    keep(card, "account_part")
    record(
        actor=actor,
        act="strategies.place_card",
        subject=f"strategies.indicator:{card.public_id}",
        at=at,
        detail={"account_part": account_part},
    )
    return card
