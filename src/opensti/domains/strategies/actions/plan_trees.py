"""Plans and cards from files: loaded once, changed only by an act that amends."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.strategies.actions.plan_keeping import locked_plan, told
from opensti.domains.strategies.actions.plan_steps import keep_edition
from opensti.domains.strategies.actions.plan_writing import write_tree
from opensti.domains.strategies.actions.stocktakes import place_card
from opensti.domains.strategies.choices import PlanState
from opensti.domains.strategies.models import Indicator, IndicatorEdition, Plan
from opensti.domains.strategies.queries.plan_trees import card_codes, tree_of
from opensti.domains.strategies.trees import (
    CardTree,
    in_order,
    plain,
    read_cards,
    read_plan,
)
from opensti.kernel.access import require
from opensti.kernel.checks import needed, not_later, refuse_if
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Problem, StepNotAllowed
from opensti.kernel.searchtext import search_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from opensti.domains.strategies.models import PlanEdition
    from opensti.domains.strategies.trees import PlanTree
    from opensti.kernel.access import Actor

AMENDED = (PlanState.ISSUED, PlanState.IN_FORCE, PlanState.REVIEW)


@transaction.atomic
def load_plan(
    *, actor: Actor, content: Mapping[str, Any], at: datetime, file: str = "plan"
) -> Plan:
    """Take a plan over from a file: the same tree twice changes nothing.

    A tree with an act is issued as its first edition. A draft that is here already is
    written anew; an issued plan that differs is refused: only ``amend_plan`` changes it.
    ``Invalid`` names every fault with ``file`` and its place.
    """
    require(actor, "strategies.prepare_plan")
    tree = in_order(read_plan(content, file=file, cards=card_codes()))
    if tree.act_number:
        require(actor, "strategies.issue_plan")
    plan = Plan.objects.select_for_update().filter(code=tree.code).first()
    if plan is not None and _text(tree) == _stands(plan):
        return plan
    if plan is not None and plan.state not in {PlanState.DRAFT, PlanState.CONSULTED}:
        raise StepNotAllowed(
            _("%(file)s: %(code)s was issued and its tree differs from this one.")
            % {"file": file, "code": plan.code},
            mend=_("Name the act that amends it, with its day and reason."),
        )
    if plan is None:
        plan = Plan(code=tree.code, created_by_id=actor.user_id, created_at=at)
    _in_order_of_time(tree, at, file)
    write_tree(plan, tree, at=at, file=file)
    if not tree.act_number or tree.issued_on is None:
        told(actor, "load_plan", plan, at, file=file)
        return plan
    plan.act_number, plan.issued_on = tree.act_number, tree.issued_on
    plan.state = PlanState.IN_FORCE if tree.in_force else PlanState.ISSUED
    plan.save()
    keep_edition(
        actor=actor,
        plan=plan,
        act="load_plan",
        act_number=plan.act_number,
        acted_on=tree.issued_on,
        at=at,
    )
    return plan


@transaction.atomic
def amend_plan(
    *,
    actor: Actor,
    plan_id: int,
    content: Mapping[str, Any],
    act_number: str,
    acted_on: date,
    reason: str,
    version: int,
    at: datetime,
    file: str = "plan",
) -> PlanEdition:
    """Change an issued plan by an act: its whole tree anew, kept as a new edition.

    What the act takes out is closed or cancelled, not deleted; a target that it changes
    keeps its row. Raises ``StepNotAllowed`` if nothing differs.
    """
    plan = locked_plan(
        actor,
        plan_id,
        "strategies.issue_plan",
        version=version,
        states=AMENDED,
        message=_("The plan is %(state)s: an act amends what was issued."),
    )
    problems = needed(act_number=act_number, acted_on=acted_on, reason=reason)
    refuse_if(problems + not_later(at, acted_on=acted_on))
    tree = in_order(read_plan(content, file=file, cards=card_codes()))
    if tree.code != plan.code:
        refuse_if(
            [
                Problem(
                    field=f"{file}: code",
                    message=_("This is the tree of %(other)s, not of %(code)s.")
                    % {"other": tree.code, "code": plan.code},
                    mend=_("Give the tree of this plan."),
                )
            ]
        )
    # The act that issued the plan stays; whether it is carried out is no text of it.
    tree = replace(tree, act_number=plan.act_number, issued_on=plan.issued_on)
    if _text(tree) == _stands(plan):
        raise StepNotAllowed(
            _("This tree says what the plan says already."),
            mend=_("Write into it what the act changes."),
        )
    why = f"{act_number.strip()} · {acted_on:%d/%m/%Y}"
    write_tree(plan, tree, at=at, file=file, closed_on=acted_on, closed_by=why)
    return keep_edition(
        actor=actor,
        plan=plan,
        act="amend_plan",
        act_number=act_number.strip()[:100],
        acted_on=acted_on,
        at=at,
        reason=reason.strip(),
    )


@transaction.atomic
def load_cards(
    *, actor: Actor, content: Mapping[str, Any], at: datetime, file: str = "cards"
) -> list[Indicator]:
    """Take indicator cards over from a file; those that say the same stay as they are.

    A card that says something else here is refused, with the fields that differ. One that
    is no term of the identities of growth yet is placed where the file places it.
    """
    require(actor, "strategies.keep_indicator")
    cards = read_cards(content, file=file)
    here = {card.code: card for card in Indicator.objects.all()}
    problems = [
        Problem(
            field=f"{file}: cards[{card.code}]",
            message=_("This card says something else here: %(fields)s.")
            % {"fields": ", ".join(found)},
            mend=_("Change the card on its page, or mend the file."),
        )
        for card in cards
        if card.code in here and (found := _differing(card, here[card.code]))
    ]
    refuse_if(problems)
    for card in cards:
        row = here.get(card.code)
        if row is not None and card.account_part and not row.account_part:
            here[card.code] = place_card(
                actor=actor,
                indicator_id=row.pk,
                account_part=card.account_part,
                at=at,
            )
    return [here.get(card.code) or _new_card(actor, card, at) for card in cards]


def _new_card(actor: Actor, card: CardTree, at: datetime) -> Indicator:
    row = Indicator(created_by_id=actor.user_id, created_at=at)
    for field in fields(card):
        if field.name not in {"owner", "account_part"}:
            setattr(row, field.name, getattr(card, field.name))
    row.owner_name, row.account_part = card.owner, card.account_part or ""
    row.search_text = search_text(card.code, card.name_vi, card.name_en)
    row.save()
    IndicatorEdition.objects.create(
        indicator=row,
        number=1,
        card=plain(card),
        made_by_id=actor.user_id,
        made_at=at,
    )
    record(
        actor=actor,
        act="strategies.load_card",
        subject=f"strategies.indicator:{row.public_id}",
        at=at,
        public=True,
        detail={"code": row.code},
    )
    return row


def _differing(card: CardTree, row: Indicator) -> list[str]:
    found = []
    for field in fields(card):
        # Most files do not say it, and the office may have placed the card since.
        if field.name == "account_part" and not (
            card.account_part and row.account_part
        ):
            continue
        column = "owner_name" if field.name == "owner" else field.name
        if plain(getattr(card, field.name)) != plain(getattr(row, column)):
            found.append(field.name)
    return found


def _text(tree: PlanTree) -> dict[str, Any]:
    found: dict[str, Any] = plain(tree)
    found.pop("in_force", None)
    return found


def _stands(plan: Plan) -> dict[str, Any]:
    """What the plan says: of an issued one what the last act made, else as it stands."""
    last = plan.editions.order_by("-number").first()
    if last is not None:
        return dict(last.tree)
    return _text(in_order(tree_of(plan)))


def _in_order_of_time(tree: PlanTree, at: datetime, file: str) -> None:
    refuse_if(
        [
            Problem(field=f"{file}: {p.field}", message=p.message, mend=p.mend)
            for p in not_later(at, issued_on=tree.issued_on)
        ]
    )
