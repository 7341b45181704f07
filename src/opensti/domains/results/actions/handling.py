"""What becomes of an asset: plan, forwarding, decision, hand-over, or an end.

Where the State owns it until a decision hands it over, the host plans, the office
forwards, the leader decides. Where the host owns it from formation, the host disposes of
it by a decision of its own and keeps the separate book.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.results.actions.noting import note
from opensti.domains.results.choices import AssetEventKind as Kind
from opensti.domains.results.choices import AssetState, HandlingForm
from opensti.domains.results.models import Asset
from opensti.domains.results.queries import (
    AWAY,
    TO_HOST,
    is_assigned_free,
    needs_opinion,
    ownership_of,
)
from opensti.kernel.access import require
from opensti.kernel.checks import Faults, in_state, keep, locked_row
from opensti.kernel.refusals import StepNotAllowed

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

    from django.core.files.base import File

    from opensti.domains.procedures.regimes.format import AssetStep, OwnershipRule
    from opensti.kernel.access import Actor

# Which act is possible from where; the leader may decide anew until it is carried out.
POSSIBLE: dict[Kind, frozenset[AssetState]] = {
    Kind.PLAN: frozenset({AssetState.HELD, AssetState.PLANNED}),
    Kind.DECLINED: frozenset({AssetState.HELD, AssetState.PLANNED}),
    Kind.FORWARDED: frozenset({AssetState.PLANNED}),
    Kind.DECISION: frozenset(
        {AssetState.FORWARDED, AssetState.DECIDED, AssetState.OFFERED}
    ),
    Kind.HANDED_OVER: frozenset({AssetState.DECIDED}),
    Kind.DISPOSED: frozenset({AssetState.DECIDED}),
    Kind.PAID: frozenset({AssetState.DECIDED, AssetState.HANDED_OVER, AssetState.GONE}),
    Kind.IN_USE: frozenset({AssetState.HANDED_OVER}),
    Kind.RECALLED: frozenset({AssetState.HANDED_OVER}),
    Kind.OFFERED: frozenset({AssetState.DECLINED, AssetState.OFFERED}),
    Kind.BID: frozenset({AssetState.OFFERED}),
    Kind.USE_RIGHT: frozenset({AssetState.OFFERED}),
}


def begun(
    actor: Actor, asset_id: int, kind: Kind, permission: str, version: int | None
) -> tuple[Asset, OwnershipRule]:
    """Lock, possible?, governed by which rule?, allowed?

    Raises ``StepNotAllowed`` where two rules may govern and nobody chose: it is asked,
    never assumed; and where the host owns it, so that nobody hands it over.
    """
    rows = Asset.objects.select_related("contract__case", "contract__host", "result")
    asset: Asset = locked_row(actor, rows, version=version, pk=asset_id)
    rule = governing(asset)
    if rule.owner == "host":
        raise StepNotAllowed(
            _("The host owns this from its formation: nobody hands it over."),
            mend=_("The host may dispose of it by a decision of its own."),
            article=rule.basis,
        )
    possible(asset, kind)
    require(actor, permission, asset)
    return asset, rule


def governing(asset: Asset) -> OwnershipRule:
    """The rule of ownership that governs, or a refusal that says what is missing."""
    found = ownership_of(asset)
    if found.must_choose:
        raise StepNotAllowed(
            _(
                "It was formed under other rules of ownership than it was accepted under."
            ),
            mend=_("First have it recorded which rules govern, and why."),
            who=_("a programme officer or a leader without a stake in the task"),
        )
    if found.rule is None:
        raise StepNotAllowed(
            _("No rule of ownership that was read covers the day of its formation."),
            mend=_("Check the day; else have an administrator complete the procedure."),
        )
    return found.rule


def possible(asset: Asset, kind: Kind) -> None:
    in_state(
        _("This is not possible while the asset is: %(state)s."),
        asset.state,
        POSSIBLE[kind],
        AssetState(asset.state).label,
    )


# Lines of the book that follow each other; the others may be written in any order.
IN_ORDER = (
    Kind.PLAN,
    Kind.DECLINED,
    Kind.FORWARDED,
    Kind.OFFERED,
    Kind.BID,
    Kind.USE_RIGHT,
    Kind.DECISION,
    Kind.HANDED_OVER,
    Kind.DISPOSED,
)


def in_its_order(faults: Faults, asset: Asset, on: date, at: datetime) -> None:
    """A step of handling is not before the step it follows, nor later than today."""
    faults.not_later("on", on, at)
    days = asset.events.filter(kind__in=IN_ORDER).values_list("on", flat=True)
    faults.not_before("on", on, max(days, default=asset.formed_on))


def step_basis(rule: OwnershipRule, asset: Asset, *ids: str) -> str:
    """The article of the step an act meets, else that of the rule."""
    steps: tuple[AssetStep, ...] = (
        rule.result_steps if asset.is_result else rule.equipment_steps
    )
    return next((step.basis for step in steps if step.id in ids), rule.basis)


def move(asset: Asset, state: AssetState, *fields: str) -> None:
    asset.state = state
    keep(asset, "state", *fields)


@transaction.atomic
def plan_handling(
    *,
    actor: Actor,
    asset_id: int,
    form: str,
    text: str,
    on: date,
    version: int,
    at: datetime,
    file: File[bytes] | None = None,
) -> Asset:
    """The host says what should become of it, in one of the forms of the rule."""
    asset, rule = begun(actor, asset_id, Kind.PLAN, "results.plan_handling", version)
    faults = Faults()
    _is_a_form(faults, rule, form)
    faults.needs("text", text, _("Say in what condition it is, and why so."))
    in_its_order(faults, asset, on, at)
    faults.refuse()
    move(asset, AssetState.PLANNED)
    basis = step_basis(rule, asset, "inventory_and_plan", "asset_report")
    note(
        actor,
        asset,
        Kind.PLAN,
        at=at,
        on=on,
        text=text,
        form=form,
        basis=basis,
        file=file,
    )
    return asset


@transaction.atomic
def decline_asset(
    *,
    actor: Actor,
    asset_id: int,
    reason: str,
    on: date,
    version: int,
    at: datetime,
) -> Asset:
    """The host does not take a result: it is to be offered to others, in public."""
    asset, rule = begun(
        actor, asset_id, Kind.DECLINED, "results.plan_handling", version
    )
    if not asset.is_result:
        raise StepNotAllowed(
            _("Only a result is declined and offered; equipment is planned for."),
            mend=_("Hand in a plan of handling."),
        )
    faults = Faults()
    faults.needs("reason", reason, _("Say why the host does not take it."))
    in_its_order(faults, asset, on, at)
    faults.refuse()
    move(asset, AssetState.DECLINED)
    basis = step_basis(rule, asset, "asset_report")
    note(actor, asset, Kind.DECLINED, at=at, on=on, text=reason, basis=basis)
    return asset


@transaction.atomic
def forward_plan(
    *,
    actor: Actor,
    asset_id: int,
    on: date,
    text: str,
    version: int,
    at: datetime,
) -> Asset:
    """The office has the whole file and lays it before whoever decides."""
    asset, rule = begun(
        actor, asset_id, Kind.FORWARDED, "results.forward_plan", version
    )
    faults = Faults()
    in_its_order(faults, asset, on, at)
    faults.refuse()
    move(asset, AssetState.FORWARDED)
    basis = step_basis(rule, asset, "manager_forwards", "appraise_and_submit")
    note(actor, asset, Kind.FORWARDED, at=at, on=on, text=text, basis=basis)
    return asset


@transaction.atomic
def decide_handling(
    *,
    actor: Actor,
    asset_id: int,
    form: str,
    number: str,
    on: date,
    text: str,
    version: int,
    at: datetime,
    party: str = "",
    opinion: str = "",
    file: File[bytes] | None = None,
) -> Asset:
    """The leader decides the form of handling, by a numbered decision.

    ``opinion`` is the number of the Ministry of Finance's opinion, owed for a car and for
    pieces from the rule's limit on. Where the State's part is so small that the rule
    assigns without refund, another form needs a reason in ``text``; what a public offer
    brings goes to a ``party``.
    """
    asset, rule = begun(
        actor, asset_id, Kind.DECISION, "results.decide_handling", version
    )
    faults = Faults()
    _is_a_form(faults, rule, form)
    faults.needs("number", number, _("A decision has a number."))
    in_its_order(faults, asset, on, at)
    asked = needs_opinion(
        rule,
        value=asset.original_value,
        quantity=asset.quantity,
        is_car=asset.is_car,
    )
    if asked:
        faults.needs(
            "opinion",
            opinion,
            _(
                "The Ministry of Finance is asked first: give the number of its opinion."
            ),
        )
    free = is_assigned_free(rule, state_share=asset.state_share)
    if free and form != HandlingForm.ASSIGN:
        faults.needs(
            "text",
            text,
            _(
                "The State's part is so small that it is assigned without refund: say why not."
            ),
        )
    if asset.state == AssetState.OFFERED:
        faults.needs("party", party, _("Say to whom of those who offered it goes."))
    faults.refuse()
    asset.form = form
    move(asset, AssetState.DECIDED, "form")
    note(
        actor,
        asset,
        Kind.DECISION,
        at=at,
        on=on,
        text=text,
        party=party,
        number=number,
        form=form,
        detail={
            "opinion": opinion.strip(),
            "without refund": free and form == HandlingForm.ASSIGN,
        },
        basis=step_basis(rule, asset, "decide"),
        file=file,
    )
    return asset


@transaction.atomic
def hand_over(
    *,
    actor: Actor,
    asset_id: int,
    party: str,
    on: date,
    text: str,
    version: int,
    at: datetime,
    file: File[bytes] | None = None,
) -> Asset:
    """It was handed over as decided, with minutes."""
    asset, rule = begun(actor, asset_id, Kind.HANDED_OVER, "results.hand_over", version)
    _decided_for(asset, TO_HOST)
    faults = Faults()
    faults.needs("party", party, _("Say who received it."))
    in_its_order(faults, asset, on, at)
    faults.refuse()
    asset.custodian, asset.custodian_organisation = party.strip(), None
    move(asset, AssetState.HANDED_OVER, "custodian", "custodian_organisation")
    note(
        actor,
        asset,
        Kind.HANDED_OVER,
        at=at,
        on=on,
        text=text,
        party=party,
        form=asset.form,
        basis=step_basis(rule, asset, "hand_over"),
        file=file,
    )
    return asset


@transaction.atomic
def dispose_asset(
    *,
    actor: Actor,
    asset_id: int,
    on: date,
    text: str,
    version: int,
    at: datetime,
    party: str = "",
    amount: Decimal | None = None,
    form: str = "",
    number: str = "",
    file: File[bytes] | None = None,
) -> Asset:
    """It was transferred, sold, liquidated or destroyed, with minutes.

    Owned by the State: as decided. Owned by the host: in the ``form`` and by the decision
    ``number`` of the host itself.
    """
    rows = Asset.objects.select_related("contract__case", "contract__host", "result")
    asset: Asset = locked_row(actor, rows, version=version, pk=asset_id)
    rule = governing(asset)
    faults = Faults()
    faults.amounts(amount=amount)
    in_its_order(faults, asset, on, at)
    if rule.owner == "host":
        if asset.state != AssetState.HELD:
            possible(asset, Kind.DISPOSED)
        require(actor, "results.plan_handling", asset)
        if form not in AWAY or form not in rule.forms:
            faults.add("form", _("Choose one of the forms that the rules know."))
        faults.needs("number", number, _("A decision has a number."))
        asset.form = form
    else:
        possible(asset, Kind.DISPOSED)
        require(actor, "results.hand_over", asset)
        _decided_for(asset, AWAY)
    if asset.form in {HandlingForm.TRANSFER, HandlingForm.SELL}:
        faults.needs("party", party, _("Say who received it."))
    if asset.form == HandlingForm.SELL and amount is None:
        faults.add("amount", _("A sale has its price."))
    faults.refuse()
    move(asset, AssetState.GONE, "form")
    note(
        actor,
        asset,
        Kind.DISPOSED,
        at=at,
        on=on,
        text=text,
        party=party,
        number=number,
        form=asset.form,
        amount=amount,
        basis=step_basis(rule, asset, "dispose"),
        file=file,
    )
    return asset


def _is_a_form(faults: Faults, rule: OwnershipRule, form: str) -> None:
    if form not in rule.forms:
        faults.add("form", _("Choose one of the forms that the rules know."))


def _decided_for(asset: Asset, forms: frozenset[Any]) -> None:
    if asset.form not in forms:
        raise StepNotAllowed(
            _("It was decided otherwise: %(form)s.")
            % {"form": HandlingForm(asset.form).label},
            mend=_("Do what was decided, or have it decided anew."),
        )
