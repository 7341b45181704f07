"""Read an inventory from a table: every row is entered, or none and each fault is told."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.results.actions.assets import Item, add_assets, check_item
from opensti.domains.results.actions.checking import signed_contract
from opensti.domains.results.choices import AssetKind
from opensti.domains.results.models import WHOLE
from opensti.domains.results.queries import asset_codes
from opensti.kernel.access import require
from opensti.kernel.files import actions as files
from opensti.kernel.files import store
from opensti.kernel.money import parse_money
from opensti.kernel.refusals import Invalid, Problem, StepNotAllowed
from opensti.kernel.searchtext import fold
from opensti.kernel.spreadsheets import Column, match_columns, open_table, records

if TYPE_CHECKING:
    from pathlib import Path

    from django.core.files.base import File

    from opensti.domains.contracts.models import Contract
    from opensti.domains.results.models import Asset
    from opensti.kernel.access import Actor

MOST_ROWS = 5000
MOST_TOLD = 50


@transaction.atomic
def import_assets(
    *, actor: Actor, contract_id: int, file: File[bytes], at: datetime
) -> list[Asset]:
    """Enter all assets of a table (XLSX, CSV) in the inventory of a contract.

    The file is kept with the contract's assets. Raises ``Invalid`` with up to 50 faults,
    each with the number of its row; then nothing was entered. The same table a second
    time is refused: its numbers are there already.
    """
    contract = signed_contract(actor, contract_id)
    require(actor, "results.keep_assets", contract)
    kept = files.upload(
        actor=actor,
        subject=f"results.inventory:{contract.public_id}",
        file=file,
        at=at,
        table=True,
    )
    if not kept.is_readable:
        raise StepNotAllowed(
            _("The file waits for the virus scanner."),
            mend=_("Hand it in again in some minutes."),
        )
    items = read_items(store.clean_path(kept.sha256), kept.name, contract, at)
    return add_assets(actor=actor, contract_id=contract_id, items=items, at=at)


def read_items(path: Path, name: str, contract: Contract, at: datetime) -> list[Item]:
    """Read and check every row; raises ``Invalid`` with the faults of all of them."""
    table = open_table(path, name=name, max_rows=MOST_ROWS)
    matching = match_columns(table.header, COLUMNS).require()
    items: list[Item] = []
    faults: list[Problem] = []
    rows: dict[str, int] = {}
    for found in records(table, COLUMNS, matching):
        number = found.row.number
        problems = list(found.problems)
        if not problems:
            item = _item(found.values)
            try:
                check_item(item, contract, at)
            except Invalid as refusal:
                problems += refusal.problems
            if item.code in rows:
                problems.append(
                    Problem(
                        field="code",
                        message=_("The number %(code)s stands in row %(row)s already.")
                        % {"code": item.code, "row": rows[item.code]},
                    )
                )
            rows.setdefault(item.code, number)
            items.append(item)
        faults += [
            Problem(
                field="file",
                message=_("Row %(row)s: %(message)s")
                % {"row": number, "message": p.message},
                mend=p.mend,
            )
            for p in problems
        ]
    there = asset_codes(contract, rows)
    faults += [
        Problem(
            field="file",
            message=_("Row %(row)s: the inventory has the number %(code)s already.")
            % {"row": row, "code": code},
        )
        for code, row in rows.items()
        if code in there
    ]
    if not items and not faults:
        faults.append(Problem(field="file", message=_("The table has no rows.")))
    if faults:
        raise Invalid(faults[:MOST_TOLD])
    return items


def _item(values: Any) -> Item:
    share = values.get("state_share")
    return Item(
        kind=values["kind"],
        code=values["code"],
        name=values["name"],
        formed_on=values["formed_on"],
        accepted_on=values.get("accepted_on"),
        quantity=values.get("quantity") or Decimal(1),
        unit=values.get("unit") or "",
        original_value=values["original_value"],
        state_share=WHOLE if share is None else share,
        is_car=bool(values.get("is_car")),
        serial=values.get("serial") or "",
        place=values.get("place") or "",
        custodian=values.get("custodian") or "",
    )


def _text(cell: Any) -> str:
    return str(cell).strip()


def _kind(cell: Any) -> str:
    said = fold(str(cell))
    for kind in AssetKind:
        if said in {fold(kind.value), fold(str(kind.label))}:
            return kind.value
    raise ValueError(_("There is no such kind of asset."))


def _day(cell: Any) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = str(cell).strip()
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 -- a day alone
        except ValueError:
            continue
    raise ValueError(_("“%(text)s” is not a day.") % {"text": text})


def _money(cell: Any) -> Decimal:
    # A spreadsheet hands numbers over as floats: by way of their own text.
    whole = str(cell) if not isinstance(cell, float) else f"{cell:.0f}"
    if isinstance(cell, float) and not cell.is_integer():
        raise ValueError(_("An amount has no fractions of a đồng."))
    return parse_money(whole)


def _decimal(cell: Any) -> Decimal:
    try:
        found = Decimal(str(cell).strip().replace(",", "."))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():  # as somebody may write it in a table, too
        raise ValueError(_("“%(text)s” is not a number.") % {"text": cell})
    return found


def _share(cell: Any) -> int:
    """Per cent, with at most two places, as parts of 10,000."""
    parts = _decimal(str(cell).replace("%", "")) * 100
    if parts != parts.to_integral_value():
        raise ValueError(_("A share has at most two places after the comma."))
    return int(parts)


def _yes(cell: Any) -> bool:
    return fold(str(cell)) in {"1", "x", "co", "yes", "true"}


COLUMNS = (
    Column(
        key="code",
        label=_("Inventory number"),
        required=True,
        read=_text,
        aliases=("code", "Số hiệu", "Mã tài sản"),
    ),
    Column(
        key="name",
        label=_("Name of the asset"),
        required=True,
        read=_text,
        aliases=("name", "Tên tài sản"),
    ),
    Column(
        key="kind",
        label=_("Kind of asset"),
        required=True,
        read=_kind,
        aliases=("kind", "Loại tài sản"),
    ),
    Column(
        key="formed_on",
        label=_("Formed on"),
        required=True,
        read=_day,
        aliases=("formed_on", "Ngày hình thành"),
        mend=_("Write it as 31/12/2026."),
    ),
    Column(
        key="original_value",
        label=_("Original value (đồng)"),
        required=True,
        read=_money,
        aliases=("original_value", "Nguyên giá", "Nguyên giá (đồng)"),
    ),
    Column(
        key="quantity",
        label=_("Quantity"),
        read=_decimal,
        aliases=("quantity", "Số lượng"),
    ),
    Column(key="unit", label=_("Unit"), read=_text, aliases=("unit", "Đơn vị tính")),
    Column(
        key="state_share",
        label=_("State's share (%)"),
        read=_share,
        aliases=("state_share", "Tỷ lệ vốn nhà nước (%)"),
    ),
    Column(
        key="accepted_on",
        label=_("Accepted on"),
        read=_day,
        aliases=("accepted_on", "Ngày nghiệm thu"),
        mend=_("Write it as 31/12/2026."),
    ),
    Column(key="is_car", label=_("Car"), read=_yes, aliases=("is_car", "Ô tô")),
    Column(
        key="serial",
        label=_("Serial number"),
        read=_text,
        aliases=("serial", "Số sê-ri"),
    ),
    Column(key="place", label=_("Place"), read=_text, aliases=("place", "Địa điểm")),
    Column(
        key="custodian",
        label=_("Custodian"),
        read=_text,
        aliases=("custodian", "Người giữ"),
    ),
)
