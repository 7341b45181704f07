"""A result that its host does not take is offered in public; then paid for, used, recalled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.results.actions.handling import (
    begun,
    in_its_order,
    move,
    step_basis,
)
from opensti.domains.results.actions.noting import note
from opensti.domains.results.choices import AssetEventKind as Kind
from opensti.domains.results.choices import AssetState, HandlingForm
from opensti.domains.results.queries import steps_of
from opensti.kernel.checks import Faults
from opensti.kernel.refusals import StepNotAllowed

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

    from opensti.domains.results.models import Asset
    from opensti.kernel.access import Actor


@transaction.atomic
def offer_asset(
    *,
    actor: Actor,
    asset_id: int,
    where: str,
    on: date,
    text: str,
    version: int,
    at: datetime,
) -> Asset:
    """Note the public offer: where and when; offered again each month."""
    asset, rule = begun(actor, asset_id, Kind.OFFERED, "results.offer_asset", version)
    faults = Faults()
    faults.needs("party", where, _("Say where it is offered."))
    in_its_order(faults, asset, on, at)
    faults.refuse()
    move(asset, AssetState.OFFERED)
    basis = step_basis(rule, asset, "offer_publicly")
    note(actor, asset, Kind.OFFERED, at=at, on=on, text=text, party=where, basis=basis)
    return asset


@transaction.atomic
def note_bid(
    *,
    actor: Actor,
    asset_id: int,
    party: str,
    amount: Decimal | None,
    on: date,
    text: str,
    version: int,
    at: datetime,
) -> Asset:
    """Note who offered to take it, and for how much."""
    asset, rule = begun(actor, asset_id, Kind.BID, "results.offer_asset", version)
    faults = Faults()
    faults.amounts(amount=amount)
    faults.needs("party", party, _("Say who offers to take it."))
    in_its_order(faults, asset, on, at)
    faults.refuse()
    move(asset, AssetState.OFFERED)
    note(
        actor,
        asset,
        Kind.BID,
        at=at,
        on=on,
        text=text,
        party=party,
        amount=amount,
        basis=rule.basis,
    )
    return asset


@transaction.atomic
def give_use_right(
    *,
    actor: Actor,
    asset_id: int,
    number: str,
    on: date,
    text: str,
    version: int,
    at: datetime,
) -> Asset:
    """Nobody took it in the time of the rule: the host has the right of use.

    Raises ``StepNotAllowed`` before that time is over, and while offers are there.
    """
    asset, rule = begun(
        actor, asset_id, Kind.USE_RIGHT, "results.decide_handling", version
    )
    owed = next((o for o in steps_of(asset) if o.step.id == "no_taker"), None)
    if owed is not None and owed.due_on is not None and on <= owed.due_on:
        raise StepNotAllowed(
            _("It is still offered: until %(day)s anybody may take it.")
            % {"day": f"{owed.due_on:%d/%m/%Y}"},
            mend=_("Wait for that day, or decide for one of those who offered."),
            article=owed.step.basis,
        )
    if asset.events.filter(kind=Kind.BID).exists():
        raise StepNotAllowed(
            _("Somebody offered to take it."),
            mend=_("Decide for one of those who offered."),
        )
    faults = Faults()
    faults.needs("number", number, _("A decision has a number."))
    in_its_order(faults, asset, on, at)
    faults.refuse()
    asset.form = HandlingForm.USE_RIGHT
    move(asset, AssetState.DECIDED, "form")
    note(
        actor,
        asset,
        Kind.USE_RIGHT,
        at=at,
        on=on,
        text=text,
        number=number,
        form=HandlingForm.USE_RIGHT,
        basis=step_basis(rule, asset, "no_taker"),
    )
    return asset


@transaction.atomic
def note_payment(
    *,
    actor: Actor,
    asset_id: int,
    amount: Decimal,
    party: str,
    number: str,
    on: date,
    version: int,
    at: datetime,
) -> Asset:
    """Note what was paid to the State for it."""
    asset, rule = begun(actor, asset_id, Kind.PAID, "results.hand_over", version)
    faults = Faults()
    faults.amounts(amount=amount)
    if not amount:
        faults.add("amount", _("A payment is more than nothing."))
    faults.needs("number", number, _("Give the number of the paper of payment."))
    in_its_order(faults, asset, on, at)
    faults.refuse()
    move(asset, AssetState(asset.state))
    note(
        actor,
        asset,
        Kind.PAID,
        at=at,
        on=on,
        amount=amount,
        party=party,
        number=number,
        basis=step_basis(rule, asset, "pay_once"),
    )
    return asset


@transaction.atomic
def put_to_use(
    *,
    actor: Actor,
    asset_id: int,
    text: str,
    on: date,
    version: int,
    at: datetime,
) -> Asset:
    """Note that it is used, where and for what."""
    asset, rule = begun(actor, asset_id, Kind.IN_USE, "results.hand_over", version)
    faults = Faults()
    faults.needs("text", text, _("Say where it is used, and for what."))
    in_its_order(faults, asset, on, at)
    faults.refuse()
    move(asset, AssetState.HANDED_OVER)
    basis = step_basis(rule, asset, "must_use")
    note(actor, asset, Kind.IN_USE, at=at, on=on, text=text, basis=basis)
    return asset


@transaction.atomic
def recall_asset(
    *,
    actor: Actor,
    asset_id: int,
    number: str,
    text: str,
    on: date,
    version: int,
    at: datetime,
) -> Asset:
    """Take back what was not put to use in the time of the rule.

    Raises ``StepNotAllowed`` before that time is over, or where it was put to use.
    """
    asset, _rule = begun(
        actor, asset_id, Kind.RECALLED, "results.decide_handling", version
    )
    owed = next((o for o in steps_of(asset) if o.step.id == "must_use"), None)
    if owed is None or owed.met_on is not None or owed.due_on is None:
        raise StepNotAllowed(
            _("No rule that was read recalls this asset."),
            mend=_("Its book says what was decided and whether it is used."),
        )
    if on <= owed.due_on:
        raise StepNotAllowed(
            _("It may still be put to use until %(day)s.")
            % {"day": f"{owed.due_on:%d/%m/%Y}"},
            article=owed.step.basis,
        )
    faults = Faults()
    faults.needs("number", number, _("A decision has a number."))
    faults.needs("text", text, _("Say why it is recalled."))
    in_its_order(faults, asset, on, at)
    faults.refuse()
    move(asset, AssetState.RECALLED)
    note(
        actor,
        asset,
        Kind.RECALLED,
        at=at,
        on=on,
        text=text,
        number=number,
        basis=owed.step.basis,
    )
    return asset
