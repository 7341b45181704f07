"""What the flags ask of a compiled release of the Open Contracting Data Standard.

Everything is optional there; what is absent or of another kind is absent here. A date or
an amount that stands there and cannot be read is named in ``Release.unread``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

# Beyond this many digits before or after the point an amount is no money.
MOST_DIGITS = 40
# "pending" (not judged yet), "valid" and "disqualified" bids were submitted.
NOT_SUBMITTED = frozenset({"invited", "withdrawn"})


@dataclass(frozen=True, kw_only=True)
class Bid:
    """``tenderers`` has ``None`` for one without an id; ``price`` is amount and currency."""

    status: str | None
    tenderers: tuple[str | None, ...] = ()
    price: tuple[Decimal, str] | None = None
    date: datetime | None = None

    @property
    def submitted(self) -> bool:
        return self.status is not None and self.status not in NOT_SUBMITTED

    @property
    def known(self) -> frozenset[str]:
        """Ids of those who made the bid."""
        return frozenset(one for one in self.tenderers if one is not None)

    @property
    def only(self) -> str | None:
        """The id of the one who made the bid, unless several did."""
        return self.tenderers[0] if len(self.tenderers) == 1 else None


@dataclass(frozen=True, kw_only=True)
class Award:
    """``classes`` are the ids of the classifications of its items."""

    status: str | None
    suppliers: tuple[str | None, ...] = ()
    classes: tuple[str, ...] = ()

    @property
    def active(self) -> bool:
        return self.status == "active"

    @property
    def known(self) -> frozenset[str]:
        return frozenset(one for one in self.suppliers if one is not None)

    @property
    def only(self) -> str | None:
        """The id of the supplier, unless there are several."""
        return self.suppliers[0] if len(self.suppliers) == 1 else None


@dataclass(frozen=True, kw_only=True)
class Release:
    """A contracting process. ``bids`` and ``awards`` are ``None`` where there is no list."""

    ocid: str
    status: str | None = None
    method: str | None = None
    details: str | None = None
    opened: datetime | None = None
    closed: datetime | None = None
    tenderers: int | None = None
    buyer: str | None = None
    entity: str | None = None
    bids: tuple[Bid, ...] | None = None
    awards: tuple[Award, ...] | None = None
    unread: tuple[str, ...] = field(default=(), compare=False)

    @property
    def submitted(self) -> list[Bid]:
        return [bid for bid in self.bids or () if bid.submitted]

    @property
    def final_awards(self) -> list[Award] | None:
        """The active awards, once none of them waits; ``None`` before, or without bids.

        Cancelled and unsuccessful awards were earlier attempts; any other status may change.
        """
        if self.awards is None or self.bids is None:
            return None
        ended = {"active", "cancelled", "unsuccessful", None}
        if any(award.status not in ended for award in self.awards):
            return None
        return [award for award in self.awards if award.active]

    @property
    def winner(self) -> str | None:
        """The supplier of the only active award, if all awards are final and he is alone."""
        awards = self.final_awards
        return awards[0].only if awards and len(awards) == 1 else None


def release_of(data: Mapping[str, Any]) -> Release:
    """Read a release from JSON whose numbers are ``int`` and ``Decimal``.

    Raises ``ValueError`` without an ``ocid`` that is a text.
    """
    ocid = data.get("ocid")
    if not isinstance(ocid, str) or not ocid:
        raise ValueError("A release needs an ocid.")
    unread: list[str] = []
    tender = _object(data, "tender")
    period = _object(tender, "tenderPeriod")
    number = tender.get("numberOfTenderers")
    details = _list(_object(data, "bids"), "details")
    awards = _list(data, "awards")
    return Release(
        ocid=ocid,
        status=_text(tender, "status"),
        method=_text(tender, "procurementMethod"),
        details=_text(tender, "procurementMethodDetails"),
        opened=_date(period, "startDate", "tender/tenderPeriod", unread),
        closed=_date(period, "endDate", "tender/tenderPeriod", unread),
        tenderers=number if type(number) is int else None,
        buyer=_text(_object(data, "buyer"), "id"),
        entity=_text(_object(tender, "procuringEntity"), "id"),
        bids=None
        if details is None
        else tuple(_bid(one, n, unread) for n, one in enumerate(details)),
        awards=None if awards is None else tuple(_award(one) for one in awards),
        unread=tuple(unread),
    )


def _bid(data: Any, number: int, unread: list[str]) -> Bid:
    place = f"bids/details/{number}"
    value = _object(data, "value")
    amount, currency = value.get("amount"), _text(value, "currency")
    price = None
    if amount is not None:
        read = _amount(amount)
        if read is None:
            unread.append(f"{place}/value/amount")
        elif currency is not None:
            price = (read, currency)
    return Bid(
        status=_text(data, "status"),
        tenderers=_ids(data, "tenderers"),
        price=price,
        date=_date(data, "date", place, unread),
    )


def _award(data: Any) -> Award:
    classes = (
        _text(_object(item, "classification"), "id")
        for item in _list(data, "items") or ()
    )
    return Award(
        status=_text(data, "status"),
        suppliers=_ids(data, "suppliers"),
        classes=tuple(one for one in classes if one is not None),
    )


def _object(data: Any, key: str) -> Mapping[str, Any]:
    found = data.get(key) if isinstance(data, dict) else None
    return found if isinstance(found, dict) else {}


def _list(data: Any, key: str) -> list[Any] | None:
    found = data.get(key) if isinstance(data, dict) else None
    return found if isinstance(found, list) else None


def _text(data: Any, key: str) -> str | None:
    found = data.get(key) if isinstance(data, dict) else None
    return found if isinstance(found, str) else None


def _ids(data: Any, key: str) -> tuple[str | None, ...]:
    return tuple(_text(one, "id") for one in _list(data, key) or ())


def _amount(stated: Any) -> Decimal | None:
    if type(stated) not in (int, Decimal):
        return None
    amount = Decimal(stated)
    if not amount.is_finite() or abs(amount.adjusted()) > MOST_DIGITS:
        return None
    return amount


def _date(data: Any, key: str, place: str, unread: list[str]) -> datetime | None:
    """A point in time with its offset; a day alone does not say when it ends."""
    stated = data.get(key) if isinstance(data, dict) else None
    if stated is None:
        return None
    try:
        found = datetime.fromisoformat(stated) if isinstance(stated, str) else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        unread.append(f"{place}/{key}")
        return None
    return found
