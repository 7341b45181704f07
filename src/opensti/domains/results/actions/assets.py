"""Keep the book of assets: enter, correct, custody, stocktake, value."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.registry.queries import organisation_ids
from opensti.domains.results.actions.checking import known_day, signed_contract
from opensti.domains.results.actions.noting import note
from opensti.domains.results.choices import OF_RESULT, AssetKind, AssetState
from opensti.domains.results.choices import AssetEventKind as Kind
from opensti.domains.results.models import WHOLE, Asset, Result, Stocktake
from opensti.domains.results.problem import quantity_of
from opensti.domains.results.queries import accepted_on, asset_codes
from opensti.kernel.access import require
from opensti.kernel.checks import Faults, keep, locked_row
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, Problem, StepNotAllowed
from opensti.kernel.searchtext import search_text

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    from django.core.files.base import File

    from opensti.domains.contracts.models import Contract
    from opensti.kernel.access import Actor

GONE = frozenset({AssetState.GONE, AssetState.RECALLED})
_FULL = frozenset({AssetKind.EQUIPMENT_FULL, AssetKind.RESULT_FULL})
_COLUMNS = (
    "kind",
    "code",
    "name",
    "formed_on",
    "accepted_on",
    "quantity",
    "unit",
    "original_value",
    "state_share",
    "is_car",
    "serial",
    "place",
    "custodian",
)


GOVERNING = ("formed_on", "accepted_on", "state_share")


@dataclass(frozen=True, kw_only=True)
class Item:
    """An asset as it is entered.

    ``original_value`` in whole đồng for all pieces; ``state_share`` in parts of 10,000;
    ``result`` is a result's public id, ``custodian_id`` that of an organisation of the
    registry, where the custodian is one.
    """

    kind: str
    code: str
    name: str
    formed_on: date
    original_value: Decimal
    quantity: Decimal = Decimal(1)
    unit: str = ""
    state_share: int = WHOLE
    accepted_on: date | None = None
    is_car: bool = False
    serial: str = ""
    place: str = ""
    custodian: str = ""
    custodian_id: str = ""
    result: str = ""


@transaction.atomic
def add_asset(*, actor: Actor, contract_id: int, item: Item, at: datetime) -> Asset:
    """Enter an asset of a signed contract in the inventory.

    Raises ``Invalid`` for a code that is there already, a kind that does not fit the
    State's share, a day to come.
    """
    contract = signed_contract(actor, contract_id)
    require(actor, "results.keep_assets", contract)
    result = _check(item, contract, at)
    if asset_codes(contract, [item.code.strip()]):
        raise _code_is_there(item.code)
    return _enter(actor, contract, item, result, at)


@transaction.atomic
def add_assets(
    *, actor: Actor, contract_id: int, items: Sequence[Item], at: datetime
) -> list[Asset]:
    """Enter many at once, all or none; each has passed ``check_item``."""
    contract = signed_contract(actor, contract_id)
    require(actor, "results.keep_assets", contract)
    there = asset_codes(contract, [item.code.strip() for item in items])
    made = []
    for item in items:
        result = _check(item, contract, at)
        if item.code.strip() in there:
            raise _code_is_there(item.code)
        there.add(item.code.strip())
        made.append(_enter(actor, contract, item, result, at))
    return made


def check_item(item: Item, contract: Contract, at: datetime) -> None:
    """Raise ``Invalid`` with what is wrong with one item; writes nothing."""
    _check(item, contract, at)


@transaction.atomic
def change_asset(
    *,
    actor: Actor,
    asset_id: int,
    item: Item,
    reason: str,
    version: int,
    at: datetime,
) -> Asset:
    """Correct what is written of an asset; the book keeps what stood there before."""
    rows = Asset.objects.select_related("contract__case", "contract__host")
    asset: Asset = locked_row(actor, rows, version=version, pk=asset_id)
    _still_there(asset)
    require(actor, "results.keep_assets", asset)
    # What decides who owns it is not for its keeper to change.
    days = (item.formed_on, _accepted(item, asset.contract_id), item.state_share)
    if days != tuple(getattr(asset, name) for name in GOVERNING):
        require(actor, "results.choose_ownership", asset)
    result = _check(item, asset.contract, at, reason=reason)
    code = item.code.strip()
    if code != asset.code and asset_codes(asset.contract, [code]):
        raise _code_is_there(code)
    before = {name: getattr(asset, name) for name in _COLUMNS}
    _write(asset, item, result)
    keep(asset, *_COLUMNS, "custodian_organisation", "result", "search_text")
    note(
        actor,
        asset,
        Kind.CORRECTED,
        at=at,
        text=reason,
        detail={
            "was": {
                name: _said(was)
                for name, was in before.items()
                if was != getattr(asset, name)
            }
        },
    )
    return asset


@transaction.atomic
def move_custody(
    *,
    actor: Actor,
    asset_id: int,
    custodian: str,
    place: str,
    on: date,
    reason: str,
    version: int,
    at: datetime,
    custodian_id: str = "",
    file: File[bytes] | None = None,
) -> Asset:
    """Give an asset into other hands, or move it to another place."""
    rows = Asset.objects.select_related("contract__case")
    asset: Asset = locked_row(actor, rows, version=version, pk=asset_id)
    _still_there(asset)
    require(actor, "results.keep_assets", asset)
    faults = Faults()
    faults.needs("custodian", custodian, _("Say who keeps it now."))
    faults.not_later("on", on, at)
    faults.refuse()
    was = {"custodian was": asset.custodian, "place was": asset.place}
    asset.custodian, asset.place = custodian.strip(), place.strip()
    asset.custodian_organisation_id = _organisation(custodian_id)
    keep(asset, "custodian", "custodian_organisation", "place")
    note(
        actor,
        asset,
        Kind.CUSTODY,
        at=at,
        on=on,
        text=reason,
        party=custodian,
        detail=was,
        file=file,
    )
    return asset


@transaction.atomic
def value_asset(
    *,
    actor: Actor,
    asset_id: int,
    amount: Decimal,
    valued_by: str,
    basis: str,
    on: date,
    version: int,
    at: datetime,
    file: File[bytes] | None = None,
) -> Asset:
    """Keep a valuation: how much, by whom, on which ground, with its paper."""
    rows = Asset.objects.select_related("contract__case")
    asset: Asset = locked_row(actor, rows, version=version, pk=asset_id)
    _still_there(asset)
    require(actor, "results.keep_assets", asset)
    faults = Faults()
    faults.amounts(amount=amount)
    faults.needs("valued_by", valued_by, _("Say who valued it."))
    faults.needs("basis", basis, _("Say on which ground it was valued."))
    faults.not_later("on", on, at)
    faults.refuse()
    keep(asset)
    note(
        actor,
        asset,
        Kind.VALUED,
        at=at,
        on=on,
        text=basis,
        party=valued_by,
        amount=amount,
        file=file,
    )
    return asset


@transaction.atomic
def take_stock(
    *,
    actor: Actor,
    contract_id: int,
    year: int,
    on: date,
    found: Collection[str],
    note_text: str,
    at: datetime,
) -> Stocktake:
    """Write the stocktake of a year: each asset that is still there is found or missing.

    ``found`` are public ids. Once a year for a contract: raises ``StepNotAllowed`` for
    a second one, ``Invalid`` where something is missing and nothing is said of it.
    """
    contract = signed_contract(actor, contract_id)
    require(actor, "results.keep_assets", contract)
    faults = Faults()
    faults.not_later("on", on, at)
    if on.year != year:
        faults.add("on", _("The day lies in the year of the stocktake."))
    rows = list(
        Asset.objects.select_for_update()
        .filter(contract=contract)
        .exclude(state__in=GONE)
        .order_by("pk")
    )
    missing = [asset for asset in rows if asset.public_id not in found]
    if missing:
        faults.needs("note_text", note_text, _("Say what is known of what is missing."))
    faults.refuse()
    try:
        with transaction.atomic():
            stocktake = Stocktake.objects.create(
                contract=contract,
                year=year,
                on=on,
                found=len(rows) - len(missing),
                missing=len(missing),
                note=note_text.strip(),
                made_by_id=actor.user_id,
                made_at=at,
            )
    except IntegrityError:
        raise StepNotAllowed(
            _("The stocktake of %(year)s is written already.") % {"year": year},
            mend=_("Open the inventory: it stands below the assets."),
        ) from None
    for asset in rows:
        gone = asset in missing
        note(
            actor,
            asset,
            Kind.MISSING if gone else Kind.FOUND,
            at=at,
            on=on,
            text=note_text if gone else "",
            detail={"year": year},
        )
    record(
        actor=actor,
        act="assets.take_stock",
        subject=f"contracts.contract:{contract.public_id}",
        at=at,
        detail={"year": year, "found": stocktake.found, "missing": stocktake.missing},
    )
    return stocktake


def _enter(
    actor: Actor, contract: Contract, item: Item, result: Result | None, at: datetime
) -> Asset:
    asset = Asset(contract=contract, created_at=at)
    _write(asset, item, result)
    try:
        with transaction.atomic():
            asset.save()
    except IntegrityError:  # two at once
        raise _code_is_there(item.code) from None
    note(
        actor,
        asset,
        Kind.ENTERED,
        at=at,
        on=item.formed_on,
        amount=item.original_value,
        detail={"kind": str(item.kind), "state share": item.state_share},
    )
    return asset


def _write(asset: Asset, item: Item, result: Result | None) -> None:
    for name in _COLUMNS:
        said = getattr(item, name)
        setattr(asset, name, said.strip() if isinstance(said, str) else said)
    asset.accepted_on = _accepted(item, asset.contract_id)
    asset.result = result
    asset.custodian_organisation_id = _organisation(item.custodian_id)
    asset.search_text = search_text(
        asset.code,
        asset.name,
        asset.serial,
        asset.place,
        asset.contract.number,
        asset.contract.host.name_vi,
    )[:1000]


def _accepted(item: Item, contract_id: int) -> date | None:
    """The day of acceptance: of a result as the acceptance knows it, else as said."""
    if item.kind in OF_RESULT and item.accepted_on is None:
        return accepted_on(contract_id)
    return item.accepted_on


def _check(
    item: Item, contract: Contract, at: datetime, *, reason: str | None = None
) -> Result | None:
    faults = Faults()
    if item.kind not in AssetKind.values:
        faults.add("kind", _("There is no such kind of asset."))
    faults.needs("code", item.code, _("An asset has a number in the inventory."))
    faults.needs("name", item.name, _("An asset has a name."))
    _check_days(faults, item, contract, at)
    if not quantity_of(item.quantity):
        faults.add(
            "quantity",
            _("A quantity is more than nothing."),
            _("Enter a number such as 6 or 4,5, with at most three decimals."),
        )
    faults.amounts(original_value=item.original_value)
    if (item.kind in _FULL) != (item.state_share == WHOLE):
        faults.add(
            "state_share",
            _("The kind and the State's share do not fit each other."),
            _("“Wholly” means 100 %; “partly” means less, and more than nothing."),
        )
    elif not 1 <= item.state_share <= WHOLE:
        faults.add("state_share", _("A share is more than 0 and at most 100 %."))
    if reason is not None:
        faults.needs("reason", reason, _("A change has a reason, which is kept."))
    result = None
    if item.result:
        result = Result.objects.filter(contract=contract, public_id=item.result).first()
        if result is None:
            faults.add("result", _("The contract has no such result."))
        elif item.kind not in OF_RESULT:
            faults.add("result", _("Equipment is not the asset of a result."))
    faults.refuse()
    return result


def _check_days(faults: Faults, item: Item, contract: Contract, at: datetime) -> None:
    faults.not_later("formed_on", item.formed_on, at)
    faults.not_later("accepted_on", item.accepted_on, at)
    if item.kind in OF_RESULT and item.accepted_on is not None:
        known_day(faults, "accepted_on", item.accepted_on, accepted_on(contract.pk))


def _organisation(public_id: str) -> int | None:
    return organisation_ids([public_id]).get(public_id) if public_id else None


def _still_there(asset: Asset) -> None:
    if asset.state in GONE:
        raise StepNotAllowed(
            _("This asset is no longer in the inventory."),
            mend=_("Its book says what became of it."),
        )


def _code_is_there(code: str) -> Invalid:
    return Invalid(
        [
            Problem(
                field="code",
                message=_(
                    "The inventory of this contract has the number %(code)s already."
                )
                % {"code": code},
                mend=_("Open that asset, or give this one another number."),
            )
        ]
    )


def _said(value: object) -> str:
    return "" if value is None else str(value)
